// TextEncoder: applies the normalizer, the pre-tokenizer and WordPiece in one step, to text without
// added tokens.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/tokenizer/normalizer.h"
#include "zipflens/tokenizer/wordpiece.h"

namespace zipflens {

/// Immutable; threads may share one. Text must be valid UTF-8.
///
/// BERT splits at ASCII white space and ASCII punctuation whatever surrounds them. A text is
/// therefore a sequence of chunks: each ASCII punctuation byte (there are 32) is a chunk, and so is
/// each maximal run of other bytes without the white space {09, 0A, 0D, 20}. The ids of a text are
/// the concatenated ids of its chunks.
class TextEncoder {
 public:
  TextEncoder(const NormalizerOptions& normalizer, std::span<const std::string> vocabulary,
              const WordPieceOptions& wordpiece);

  const Normalizer& normalizer() const { return normalizer_; }

  /// Appends the ids of a text. ASCII chunks take a fast path without Unicode tables.
  void EncodeTextInto(std::string_view text, std::vector<std::int32_t>& ids) const;

  /// If a chunk has only ASCII letters and digits, appends its ids and returns true; otherwise
  /// appends nothing and returns false. It examines eight bytes at a time. `chunk` must be a chunk,
  /// because any ASCII byte that is not a control character is treated as a letter.
  bool EncodePlainChunkInto(std::string_view chunk, std::vector<std::int32_t>& ids) const;

  /// Appends the ids of one chunk, or of any text, and normalizes it as a whole.
  void EncodeChunkInto(std::string_view chunk, std::vector<std::int32_t>& ids) const;

  /// Appends the ids of text that is already normalized: splits it at white space and around
  /// punctuation.
  void EncodeNormalizedInto(std::string_view text, std::vector<std::int32_t>& ids) const;

 private:
  Normalizer normalizer_;
  WordPiece wordpiece_;
};

}  // namespace zipflens
