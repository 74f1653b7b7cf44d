// Tokenizer: BERT's tokenization, id for id that of Hugging Face tokenizers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// A loaded vocabulary with its normalizer and pre-tokenizer. Immutable: any number of threads may
/// share one. docs/tokenizer.md says what is exact with respect to what.
class Tokenizer {
 public:
  /// From `tokenizer.json` of a model folder, else from `vocab.txt`, with the files beside it
  /// (base/model_files.h), as transformers' BertTokenizerFast would; documents are tokenized whole,
  /// whatever truncation and padding say. Throws InputError naming file and field: nothing to load,
  /// malformed JSON, another kind of tokenizer, files that contradict each other, no unknown token
  /// in the vocabulary, ids that are not 0..V-1; all of them are in docs/tokenizer.md.
  static Tokenizer Load(const std::filesystem::path& model_dir);

  ~Tokenizer();
  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;

  /// Appends the ids of `text` (UTF-8), without [CLS] and [SEP]
  /// (add_special_tokens=False). Throws InvalidUtf8 at the first bad byte, leaving `ids` as it was.
  void EncodeInto(std::string_view text, std::vector<std::int32_t>& ids) const;

  /// V: number of ids, added tokens included; ids are 0..V-1.
  std::size_t vocab_size() const;
  /// The vocabulary entry of an id: "the", "##ing", "[UNK]".
  const std::string& Token(std::int32_t id) const;
  /// Ids of the special tokens ([CLS], [SEP], [MASK], [PAD], [UNK], ...), ascending.
  const std::vector<std::int32_t>& special_ids() const;
  /// SHA-256 over the entries in id order, each followed by LF: names a vocabulary however it is
  /// stored.
  const std::string& vocabulary_sha256() const;
  /// The file it was loaded from, for messages.
  const std::filesystem::path& source() const;

 private:
  friend class ChunkCounter;
  struct Data;
  explicit Tokenizer(std::unique_ptr<const Data> data);
  std::unique_ptr<const Data> data_;
};

}  // namespace zipflens
