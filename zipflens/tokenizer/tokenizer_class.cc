#include "zipflens/tokenizer/tokenizer_class.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/base/model_files.h"
#include "zipflens/tokenizer/special_tokens.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

// The names of BERT's tokenizer in transformers, each with and without "Fast", and the model types
// that use it.
constexpr std::array<std::string_view, 7> kBertClasses = {
    "BertTokenizer",     "DistilBertTokenizer", "ElectraTokenizer",    "MobileBertTokenizer",
    "LayoutLMTokenizer", "LxmertTokenizer",     "SqueezeBertTokenizer"};
constexpr std::array<std::string_view, 7> kBertModelTypes = {
    "bert", "distilbert", "electra", "mobilebert", "layoutlm", "lxmert", "squeezebert"};
// The names of classes that are defined by tokenizer.json alone.
constexpr std::array<std::string_view, 2> kJsonClasses = {"PreTrainedTokenizerFast",
                                                          "TokenizersBackend"};

template <std::size_t N>
bool Contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

template <std::size_t N>
std::string Joined(const std::array<std::string_view, N>& names) {
  std::string joined;
  for (const std::string_view name : names) {
    joined += (joined.empty() ? "" : ", ") + std::string(name);
  }
  return joined;
}

bool IsBertClass(std::string_view name) {
  constexpr std::string_view kFast = "Fast";
  if (name.ends_with(kFast)) name.remove_suffix(kFast.size());
  return Contains(kBertClasses, name);
}

// Returns the tokenizer_class of a file, or nullopt if it names none. Python writes a missing value
// as null.
std::optional<std::string> ClassOf(const OptionalJson& file) {
  const JsonField field = file.root().MemberOrNull("tokenizer_class");
  if (field.IsNull()) return std::nullopt;
  return field.String();
}

void RequireKnownModelType(const OptionalJson& config) {
  const JsonField type = config.root().MemberOrNull("model_type");
  if (type.IsNull() || Contains(kBertModelTypes, type.String())) return;
  type.Fail("one of " + Joined(kBertModelTypes) +
            ", whose vocab.txt is BERT's; another model needs a tokenizer.json");
}

bool FollowsJsonAlone(const fs::path& model_dir) {
  std::optional<std::string> name = ClassOf(OptionalJson(model_dir / kTokenizerConfigFile));
  if (!name) name = ClassOf(OptionalJson(model_dir / kModelConfigFile));
  return name && Contains(kJsonClasses, *name);
}

std::string InWords(bool value) { return value ? "true" : "false"; }

void RequireSame(const JsonField& stated, bool value, bool in_json, const char* json_field) {
  if (value == in_json) return;
  stated.Fail(InWords(in_json) + ", as " + json_field +
              " of tokenizer.json means (transformers follows the one, tokenizers the other: "
              "correct whichever is wrong)");
}

// Checks the options of the normalizer that tokenizer_config.json states.
void RequireSameNormalizer(const JsonField& root, const NormalizerOptions& options) {
  const JsonField lower = root.MemberOrNull("do_lower_case");
  if (!lower.IsNull()) {
    RequireSame(lower, lower.Bool(), options.lowercase, "normalizer.lowercase");
  }
  const JsonField chinese = root.MemberOrNull("tokenize_chinese_chars");
  if (!chinese.IsNull()) {
    RequireSame(chinese, chinese.Bool(), options.handle_chinese_chars,
                "normalizer.handle_chinese_chars");
  }
  // null means the value of do_lower_case.
  const JsonField accents = root.MemberOrNull("strip_accents");
  const bool is_stated = !accents.IsNull() || (root.Has("strip_accents") && !lower.IsNull());
  if (is_stated) {
    const bool value = accents.IsNull() ? lower.Bool() : accents.Bool();
    RequireSame(accents, value, options.strip_accents, "normalizer.strip_accents");
  }
}

void RequireAdded(const ConfiguredToken& stated, const TokenizerSpec& spec,
                  const fs::path& model_dir) {
  const auto found = std::ranges::find(spec.added_tokens, stated.token.content,
                                       [](const AddedToken& token) { return token.content; });
  const bool is_there = found != spec.added_tokens.end();
  const bool has_that_id =
      is_there && (!stated.stated_id || std::cmp_equal(*stated.stated_id, found->id));
  if (has_that_id) return;
  throw InputError(
      {.source = model_dir.string(),
       .place = stated.place,
       .found = "added token \"" + stated.token.content + "\"" +
                (is_there ? " with id " + std::to_string(*stated.stated_id) : ""),
       .expected = is_there ? "id " + std::to_string(found->id) + ", as in tokenizer.json"
                            : "one of the added_tokens of tokenizer.json (transformers finds it in "
                              "a text, tokenizers does not)"});
}

}  // namespace

void RequireKnownTokenizerClass(const fs::path& model_dir, bool has_json) {
  const OptionalJson tokenizer_config(model_dir / kTokenizerConfigFile);
  const OptionalJson model_config(model_dir / kModelConfigFile);
  for (const OptionalJson* file : {&tokenizer_config, &model_config}) {
    const std::optional<std::string> name = ClassOf(*file);
    if (!name) continue;
    if (IsBertClass(*name) || (has_json && Contains(kJsonClasses, *name))) return;
    std::string expected =
        "a tokenizer whose ids are known: one of " + Joined(kBertClasses) + " (or ...Fast)";
    expected += ", or, with a tokenizer.json, " + Joined(kJsonClasses);
    file->root().Member("tokenizer_class").Fail(expected);
  }
  if (!has_json) RequireKnownModelType(model_config);
}

void RequireAgreement(const fs::path& model_dir, const TokenizerSpec& spec) {
  const OptionalJson config(model_dir / kTokenizerConfigFile);
  const SpecialTokens stated = ReadSpecialTokens(config, /*needs_unknown=*/false);
  if (!FollowsJsonAlone(model_dir)) {
    RequireSameNormalizer(config.root(), spec.normalizer);
    const std::size_t unknown_id = spec.wordpiece.unknown_id;
    const std::string& unknown = spec.vocabulary.at(unknown_id);
    if (stated.unknown && !stated.unknown->is_default && stated.unknown->token.content != unknown) {
      throw InputError({.source = model_dir.string(),
                        .place = stated.unknown->place,
                        .found = '"' + stated.unknown->token.content + '"',
                        .expected = '"' + unknown + "\", as model.unk_token of tokenizer.json"});
    }
  }
  for (const ConfiguredToken& token : stated.tokens) {
    if (!token.is_default) RequireAdded(token, spec, model_dir);
  }
}

}  // namespace zipflens
