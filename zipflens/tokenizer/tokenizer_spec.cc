#include "zipflens/tokenizer/tokenizer_spec.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/base/model_files.h"
#include "zipflens/tokenizer/byte_trie.h"
#include "zipflens/tokenizer/tokenizer_class.h"

namespace zipflens {
namespace {

// Requires short entries and added tokens, so that the longest match at each position takes bounded
// time.
TokenizerSpec RequireEntriesThatFit(TokenizerSpec spec) {
  if (spec.vocabulary.size() > ByteTrie::kMaxKeys) {
    throw InputError({.source = spec.source.string(),
                      .found = "a vocabulary of " + std::to_string(spec.vocabulary.size()),
                      .expected = std::to_string(ByteTrie::kMaxKeys) + " entries at most"});
  }
  const auto longest = std::ranges::max_element(
      spec.vocabulary, {}, [](const std::string& entry) { return entry.size(); });
  if (longest != spec.vocabulary.end() && longest->size() > kMaxEntryBytes) {
    const std::size_t id = longest - spec.vocabulary.begin();
    const bool is_added = id >= spec.model_vocabulary_size;
    throw InputError({.source = spec.source.string(),
                      .place = (is_added ? "added token with id " : "vocabulary entry with id ") +
                               std::to_string(id),
                      .found = std::to_string(longest->size()) + " bytes",
                      .expected = std::to_string(kMaxEntryBytes) + " at most"});
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
  const std::vector<std::string> names = TokenizerFileNames(FilesInFolder(model_dir));
  if (names.empty()) {
    throw InputError({.source = model_dir.string(),
                      .found = "no tokenizer",
                      .expected = "tokenizer.json or vocab.txt in the folder"});
  }
  const bool has_json = names.front() == kTokenizerJsonFile;
  RequireKnownTokenizerClass(model_dir, has_json);
  if (!has_json) return RequireEntriesThatFit(ReadVocabTxt(model_dir / kVocabularyFile));
  TokenizerSpec spec = RequireEntriesThatFit(ReadTokenizerJson(model_dir / kTokenizerJsonFile));
  RequireAgreement(model_dir, spec);
  return spec;
}

std::int32_t FindUnknownToken(const TokenizerSpec& spec, const std::string& unknown_token,
                              const std::string& place) {
  const auto end = spec.vocabulary.begin() + spec.model_vocabulary_size;
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
