// Normalizer: converts text to the form that BERT splits into words.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// The fields of the reference's BertNormalizer, with `strip_accents: null` already resolved.
struct NormalizerOptions {
  bool clean_text = true;
  bool handle_chinese_chars = true;
  bool strip_accents = true;
  bool lowercase = true;
};

/// Cleans the text, puts spaces around Chinese characters, decomposes characters and removes marks,
/// and converts to lower case, in this order. Each step is that of the reference's BertNormalizer.
/// Immutable.
class Normalizer {
 public:
  explicit Normalizer(const NormalizerOptions& options) : options_(options) {}

  const NormalizerOptions& options() const { return options_; }

  /// Appends the normalized form of `text` (valid UTF-8) to `out`. Splitting a text at ASCII white
  /// space or punctuation and normalizing the parts gives the same result as normalizing the whole.
  void NormalizeInto(std::string_view text, std::string& out) const;

 private:
  NormalizerOptions options_;
};

}  // namespace zipflens
