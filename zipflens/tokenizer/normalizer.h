// Normalizer: text as BERT sees it before it is cut into words.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// The fields of the reference's BertNormalizer; `strip_accents: null` is already resolved.
struct NormalizerOptions {
  bool clean_text = true;
  bool handle_chinese_chars = true;
  bool strip_accents = true;
  bool lowercase = true;
};

/// Cleans, puts spaces round Chinese characters, decomposes and drops marks, lower-cases: in that
/// order, each as the reference's BertNormalizer does. Immutable.
class Normalizer {
 public:
  explicit Normalizer(const NormalizerOptions& options) : options_(options) {}

  const NormalizerOptions& options() const { return options_; }

  /// Appends the normalized form of `text` (valid UTF-8) to `out`. Cutting a text at ASCII white
  /// space or punctuation and normalizing the parts gives the same as normalizing the whole.
  void NormalizeInto(std::string_view text, std::string& out) const;

 private:
  NormalizerOptions options_;
};

}  // namespace zipflens
