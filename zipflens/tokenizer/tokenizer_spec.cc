#include "zipflens/tokenizer/tokenizer_spec.h"

#include <algorithm>
#include <system_error>

#include "zipflens/base/error.h"
#include "zipflens/tokenizer/byte_trie.h"

namespace zipflens {
namespace {

TokenizerSpec RequireEntriesThatFit(TokenizerSpec spec) {
  if (spec.vocabulary.size() > ByteTrie::kMaxKeys) {
    throw InputError({.source = spec.source.string(),
                      .found = "a vocabulary of " + std::to_string(spec.vocabulary.size()),
                      .expected = std::to_string(ByteTrie::kMaxKeys) + " entries at most"});
  }
  return spec;
}

}  // namespace

TokenizerSpec LoadTokenizerSpec(const std::filesystem::path& model_dir) {
  std::error_code error;
  if (!std::filesystem::is_directory(model_dir, error)) {
    const bool exists = std::filesystem::exists(model_dir, error);
    throw InputError({.source = model_dir.string(),
                      .found = exists ? "a file" : "nothing",
                      .expected = "a model folder"});
  }
  const std::filesystem::path json = model_dir / "tokenizer.json";
  if (std::filesystem::exists(json, error)) {
    return RequireEntriesThatFit(ReadTokenizerJson(json));
  }
  const std::filesystem::path vocab = model_dir / "vocab.txt";
  if (std::filesystem::exists(vocab, error)) return RequireEntriesThatFit(ReadVocabTxt(vocab));
  throw InputError({.source = model_dir.string(),
                    .found = "no tokenizer",
                    .expected = "tokenizer.json or vocab.txt in the folder"});
}

std::int32_t FindUnknownToken(const TokenizerSpec& spec, const std::string& unknown_token,
                              const std::string& place) {
  const auto end =
      spec.vocabulary.begin() + static_cast<std::ptrdiff_t>(spec.model_vocabulary_size);
  const auto found = std::find(spec.vocabulary.begin(), end, unknown_token);
  if (found == end) {
    throw InputError({.source = spec.source.string(),
                      .place = place,
                      .found = "no unknown token \"" + unknown_token + "\" in the vocabulary",
                      .expected = "an entry for words that cannot be spelt"});
  }
  return static_cast<std::int32_t>(found - spec.vocabulary.begin());
}

}  // namespace zipflens
