#include "zipflens/tokenizer/special_tokens.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <system_error>
#include <utility>

#include "zipflens/base/model_files.h"

namespace zipflens {
namespace {

// The named special tokens of transformers, in the order in which it adds them, with BERT's
// defaults.
struct NamedToken {
  const char* field;
  const char* otherwise;  // the default; nullptr: none
};
constexpr const char* kUnknownField = "unk_token";
constexpr const char* kExtra = "extra_special_tokens";
constexpr const char* kAdditional = "additional_special_tokens";
constexpr std::array<NamedToken, 7> kNamedTokens = {{{"bos_token", nullptr},
                                                     {"eos_token", nullptr},
                                                     {kUnknownField, "[UNK]"},
                                                     {"sep_token", "[SEP]"},
                                                     {"pad_token", "[PAD]"},
                                                     {"cls_token", "[CLS]"},
                                                     {"mask_token", "[MASK]"}}};

// Reads a token, which is a string or an object with flags.
AddedToken ReadToken(const JsonField& field, bool special) {
  AddedToken token;
  if (field.json().is_string()) {
    token.content = field.String();
    token.special = true;
    return token;
  }
  if (!field.json().is_object()) field.Fail("a string, or an object with a field \"content\"");
  token.content = field.Member("content").String();
  token.special = special || field.MemberOrNull("special").BoolOr(false);
  token.single_word = field.MemberOrNull("single_word").BoolOr(false);
  token.lstrip = field.MemberOrNull("lstrip").BoolOr(false);
  token.rstrip = field.MemberOrNull("rstrip").BoolOr(false);
  token.normalized = field.MemberOrNull("normalized").BoolOr(!token.special);
  return token;
}

std::string Place(const OptionalJson& file, const JsonField& field) {
  return file.path.filename().string() + ": " + field.place();
}

// Collects the tokens. The first definition of a content counts.
class Gatherer {
 public:
  Gatherer(const OptionalJson& config, bool needs_unknown)
      : config_(config),
        needs_unknown_(needs_unknown),
        has_decoder_(config.json.contains("added_tokens_decoder")),
        map_(Neighbour(kSpecialTokensMapFile)),
        added_(Neighbour(kAddedTokensFile)) {}

  SpecialTokens Gather() {
    ReadNamed();
    ReadAdditional();
    if (has_decoder_) ReadDecoder();
    ReadAddedTokensFile();
    SpecialTokens result;
    if (unknown_) result.unknown = named_.at(*unknown_);
    for (auto& [id, token] : with_id_) AppendOnce(std::move(token), result.tokens);
    for (ConfiguredToken& token : named_) AppendOnce(std::move(token), result.tokens);
    for (ConfiguredToken& token : additional_) AppendOnce(std::move(token), result.tokens);
    return result;
  }

 private:
  // Returns a file beside the configuration, which counts only if the configuration has no
  // added_tokens_decoder.
  OptionalJson Neighbour(const char* name) const {
    return OptionalJson(has_decoder_ ? std::filesystem::path() : config_.path.parent_path() / name);
  }

  void ReadNamed() {
    for (const NamedToken& named : kNamedTokens) {
      const bool is_unknown = named.field == kUnknownField;
      const OptionalJson* file = nullptr;
      if (config_.json.contains(named.field)) file = &config_;
      if (map_.json.contains(named.field)) file = &map_;
      if (file == nullptr) {
        if (named.otherwise == nullptr) continue;
        if (is_unknown) unknown_ = named_.size();
        AddedToken token;
        token.content = named.otherwise;
        token.special = true;
        named_.push_back({token, std::string("default of ") + named.field, {}, true});
        continue;
      }
      const JsonField field = file->root().Member(named.field);
      if (field.IsNull() && !(is_unknown && needs_unknown_)) continue;
      if (is_unknown) unknown_ = named_.size();
      ConfiguredToken token = {ReadToken(field, file == &map_), Place(*file, field), {}};
      token.token.special = true;
      if (field.json().is_string() || file == &map_) plain_names_.push_back(token.token.content);
      named_.push_back(std::move(token));
    }
  }

  // The list has a newer and an older name, and either file may contain it. Under the newer name,
  // the list of the map is appended to that of the configuration. Under the older name, the list of
  // the map counts only if the configuration has no list, not even an empty one.
  void ReadAdditional() {
    const bool in_config = HasArray(config_, kExtra) || HasArray(config_, kAdditional);
    if (!AppendList(config_, kExtra)) AppendList(config_, kAdditional);
    const bool in_map = AppendList(map_, kExtra);
    if (!in_config && !in_map) AppendList(map_, kAdditional);
  }

  static bool HasArray(const OptionalJson& file, const char* name) {
    return file.root().MemberOrNull(name).json().is_array();
  }

  // Appends a list of a file, and returns whether it exists and is not empty.
  bool AppendList(const OptionalJson& file, const char* name) {
    const JsonField list = file.root().MemberOrNull(name);
    if (list.IsNull() || list.json().empty()) return false;
    if (!list.json().is_array()) list.Fail("an array of tokens, or an empty object");
    for (std::size_t i = 0; i < list.ArraySize(); ++i) {
      const JsonField field = list.Element(i);
      additional_.push_back({ReadToken(field, /*special=*/true), Place(file, field), {}});
      plain_names_.push_back(additional_.back().token.content);
    }
    return true;
  }

  void ReadDecoder() {
    const JsonField decoder = config_.root().Member("added_tokens_decoder");
    if (!decoder.json().is_object()) decoder.Fail("an object of added tokens by id");
    for (const auto& [key, value] : decoder.json().items()) {
      const JsonField field = decoder.Member(key);
      std::uint64_t id = 0;
      const char* end = key.data() + key.size();
      const auto parsed = std::from_chars(key.data(), end, id);
      if (parsed.ec != std::errc() || parsed.ptr != end) field.Fail("an id as the field's name");
      if (!field.json().is_object()) field.Fail("an added token as an object");
      with_id_[id] = {ReadToken(field, /*special=*/false), Place(config_, field), id};
      with_id_[id].token.special |= IsNamed(with_id_[id].token.content);
    }
  }

  void ReadAddedTokensFile() {
    for (const auto& [content, value] : added_.json.items()) {
      const JsonField field = added_.root().Member(content);
      const std::uint64_t id = field.Count();
      AddedToken token;
      token.content = content;
      token.special = IsNamed(content);
      // Here transformers treats a token as special only if a file names it by its content.
      token.normalized =
          std::find(plain_names_.begin(), plain_names_.end(), content) == plain_names_.end();
      with_id_[id] = {std::move(token), Place(added_, field), id};
    }
  }

  bool IsNamed(const std::string& content) const {
    const auto same = [&](const ConfiguredToken& token) { return token.token.content == content; };
    return std::any_of(named_.begin(), named_.end(), same) ||
           std::any_of(additional_.begin(), additional_.end(), same);
  }

  static void AppendOnce(ConfiguredToken token, std::vector<ConfiguredToken>& tokens) {
    const bool known = std::any_of(tokens.begin(), tokens.end(), [&](const ConfiguredToken& other) {
      return other.token.content == token.token.content;
    });
    if (!known) tokens.push_back(std::move(token));
  }

  const OptionalJson& config_;
  bool needs_unknown_;
  bool has_decoder_;
  OptionalJson map_, added_;
  std::map<std::uint64_t, ConfiguredToken> with_id_;
  std::vector<ConfiguredToken> named_, additional_;
  std::vector<std::string> plain_names_;  // contents that files name as special (no defaults)
  std::optional<std::size_t> unknown_;    // in named_
};

}  // namespace

OptionalJson::OptionalJson(const std::filesystem::path& file_path)
    : path(file_path), json(nlohmann::json::object()) {
  std::error_code error;
  if (!path.empty() && std::filesystem::exists(path, error)) json = ReadJson(path);
  if (!json.is_object()) root().Fail("a JSON object");
}

SpecialTokens ReadSpecialTokens(const OptionalJson& config, bool needs_unknown) {
  return Gatherer(config, needs_unknown).Gather();
}

}  // namespace zipflens
