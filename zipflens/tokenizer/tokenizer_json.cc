#include "zipflens/base/error.h"
#include "zipflens/base/json_field.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/tokenizer/added_token_list.h"
#include "zipflens/tokenizer/tokenizer_json_parts.h"
#include "zipflens/tokenizer/tokenizer_spec.h"

namespace zipflens {
namespace {

// If the normalizer is null, texts stay unchanged.
NormalizerOptions ReadNormalizer(const JsonField& field) {
  NormalizerOptions options;
  if (field.IsNull()) {
    options.clean_text = options.handle_chinese_chars = false;
    options.lowercase = options.strip_accents = false;
    return options;
  }
  if (field.Has("type")) field.Member("type").RequireString("BertNormalizer");
  options.clean_text = field.Member("clean_text").Bool();
  options.handle_chinese_chars = field.Member("handle_chinese_chars").Bool();
  options.lowercase = field.Member("lowercase").Bool();
  options.strip_accents = field.MemberOrNull("strip_accents").BoolOr(options.lowercase);
  return options;
}

// Converts model.vocab, an object of ids by entry, to entries by id.
std::vector<std::string> ReadVocabulary(const JsonField& field, const std::string& source) {
  if (!field.json().is_object()) field.Fail("an object of ids by entry");
  const std::size_t size = field.json().size();
  if (size == 0) {
    throw InputError({.source = source,
                      .place = field.place(),
                      .found = "no entries",
                      .expected = "a vocabulary"});
  }
  const std::string range = "ids 0 to " + std::to_string(size - 1) + ", each once";
  std::vector<std::string> vocabulary(size);
  std::vector<bool> seen(size, false);
  for (const auto& [entry, value] : field.json().items()) {
    const JsonField id_field = field.Member(entry);
    const std::uint64_t id = id_field.Count();
    if (id >= size) id_field.Fail(range);
    if (seen[id]) {
      throw InputError(
          {.source = source,
           .place = id_field.place(),
           .found = "id " + std::to_string(id) + ", which \"" + vocabulary[id] + "\" has already",
           .expected = range});
    }
    seen[id] = true;
    vocabulary[id] = entry;
  }
  return vocabulary;
}

void ReadModel(const JsonField& field, TokenizerSpec& spec) {
  // Files written before tokenizers 0.9 have no type. The reference then recognizes a model by its
  // fields: a model with merges is a BPE, and one without a prefix or a longest word, which are
  // both required below, is a WordLevel.
  if (field.Has("type")) {
    field.Member("type").RequireString("WordPiece");
  } else if (field.Has("merges")) {
    field.Member("merges").Fail("no merges, as in a WordPiece model");
  }
  spec.vocabulary = ReadVocabulary(field.Member("vocab"), spec.source.string());
  spec.model_vocabulary_size = spec.vocabulary.size();
  const JsonField unknown = field.Member("unk_token");
  spec.wordpiece.unknown_id = FindUnknownToken(spec, unknown.String(), unknown.place());
  spec.wordpiece.continuing_subword_prefix = field.Member("continuing_subword_prefix").String();
  spec.wordpiece.max_input_chars_per_word = field.Member("max_input_chars_per_word").Count();
}

void ReadAddedTokens(const JsonField& field, TokenizerSpec& spec) {
  AddedTokenList list(spec);
  const std::size_t size = field.ArraySize();
  for (std::size_t i = 0; i < size; ++i) {
    const JsonField element = field.Element(i);
    AddedToken token;
    token.content = element.Member("content").String();
    token.special = element.Member("special").Bool();
    token.single_word = element.Member("single_word").Bool();
    token.lstrip = element.Member("lstrip").Bool();
    token.rstrip = element.Member("rstrip").Bool();
    token.normalized = element.Member("normalized").Bool();
    list.Add(std::move(token), element.place(), element.Member("id").Count());
  }
}

}  // namespace

TokenizerSpec ReadTokenizerJson(const std::filesystem::path& path) {
  const nlohmann::json json = ReadJson(path);
  const JsonField root(json, path);
  TokenizerSpec spec;
  spec.source = path;
  if (root.Has("version")) root.Member("version").RequireString("1.0");
  CheckPartsWithoutIds(root);
  spec.normalizer = ReadNormalizer(root.MemberOrNull("normalizer"));
  root.Member("pre_tokenizer").Member("type").RequireString("BertPreTokenizer");
  ReadModel(root.Member("model"), spec);
  if (root.Has("added_tokens")) ReadAddedTokens(root.Member("added_tokens"), spec);
  return spec;
}

}  // namespace zipflens
