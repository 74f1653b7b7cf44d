// Tokenizer: BERT's tokenization, with exactly the ids of Hugging Face tokenizers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// A loaded vocabulary with its normalizer and pre-tokenizer. Immutable; threads may share one.
/// docs/tokenizer.md lists the references that it reproduces exactly.
class Tokenizer {
 public:
  /// Loads the tokenizer of a model folder as transformers' BertTokenizerFast would: from
  /// `tokenizer.json`, else from `vocab.txt`, together with the files beside it
  /// (base/model_files.h). Truncation and padding are ignored; documents are tokenized whole.
  /// Throws InputError that names the file and the field if there is nothing to load, JSON is
  /// malformed, the tokenizer is of another kind, files contradict each other, the vocabulary lacks
  /// the unknown token, or ids are not 0..V-1. docs/tokenizer.md has the complete list.
  static Tokenizer Load(const std::filesystem::path& model_dir);

  ~Tokenizer();
  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;

  /// Appends the ids of `text` (UTF-8), without [CLS] and [SEP] (add_special_tokens=False). Throws
  /// InvalidUtf8 at the first invalid byte and leaves `ids` unchanged.
  void EncodeInto(std::string_view text, std::vector<std::int32_t>& ids) const;

  /// V: the number of ids, including added tokens. Ids are 0..V-1.
  std::size_t vocab_size() const;
  /// The vocabulary entries by id, [V].
  const std::vector<std::string>& vocabulary() const;
  /// Returns the vocabulary entry of an id: "the", "##ing", "[UNK]".
  const std::string& Token(std::int32_t id) const;
  /// The ids of the special tokens ([CLS], [SEP], [MASK], [PAD], [UNK], ...) in ascending order.
  const std::vector<std::int32_t>& special_ids() const;
  /// The SHA-256 of the entries in id order, each followed by LF. It identifies a vocabulary,
  /// whatever the format of its file.
  const std::string& vocabulary_sha256() const;
  /// The file from which the tokenizer was loaded, for messages.
  const std::filesystem::path& source() const;

 private:
  friend class ChunkCounter;
  struct Data;
  explicit Tokenizer(std::unique_ptr<const Data> data);
  std::unique_ptr<const Data> data_;
};

}  // namespace zipflens
