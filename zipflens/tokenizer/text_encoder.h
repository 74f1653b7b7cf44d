// TextEncoder: normalizer, pre-tokenizer and WordPiece as one step, for text without added tokens.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/tokenizer/normalizer.h"
#include "zipflens/tokenizer/wordpiece.h"

namespace zipflens {

/// Immutable; any number of threads may share one. Text must be valid UTF-8.
///
/// BERT splits at ASCII white space and ASCII punctuation whatever surrounds them, so a text is the
/// sequence of its chunks: maximal runs outside {09, 0A, 0D, 20} and the 32 ASCII punctuation
/// bytes, with each punctuation byte a chunk of its own. The ids of a text are those of its chunks
/// in a row.
class TextEncoder {
 public:
  TextEncoder(const NormalizerOptions& normalizer, std::span<const std::string> vocabulary,
              const WordPieceOptions& wordpiece);

  const Normalizer& normalizer() const { return normalizer_; }

  /// Appends the ids of a text. ASCII chunks take a path without tables of Unicode.
  void EncodeTextInto(std::string_view text, std::vector<std::int32_t>& ids) const;

  /// Appends the ids of a plain chunk, of ASCII letters and digits alone, and returns true; of
  /// others appends nothing and returns false. Looks at eight bytes at once. Of chunks only: any
  /// ASCII byte that is not a control character is taken for such a letter.
  bool EncodePlainChunkInto(std::string_view chunk, std::vector<std::int32_t>& ids) const;

  /// Appends the ids of one chunk, or of any text: normalizes it whole.
  void EncodeChunkInto(std::string_view chunk, std::vector<std::int32_t>& ids) const;

  /// Appends the ids of text that is normalized already: cuts it at white space and round
  /// punctuation.
  void EncodeNormalizedInto(std::string_view text, std::vector<std::int32_t>& ids) const;

 private:
  Normalizer normalizer_;
  WordPiece wordpiece_;
};

}  // namespace zipflens
