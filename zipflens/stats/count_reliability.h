// The reliability of log-proportions: how well the counts of two halves of a text agree.
#pragma once

#include <cstdint>
#include <span>

namespace zipflens {

/// Of the token types considered, those that both halves contain. Values that are not known are
/// NaN.
struct CountReliability {
  /// Pearson's r of the log-proportions in the two halves, over the types that both contain.
  double estimate = 0;
  /// The same stepped up to the whole text by Spearman and Brown's formula, 2 r / (1 + r).
  double stepped_up = 0;
  std::uint64_t n = 0;  // types in both halves
  std::uint64_t in_one_half =
      0;  // types in only one of them, which have no log-proportion in the other
};

/// `counts` and `even_counts`: [V], of the whole text and of one half; the other half is their
/// difference. `ids`: the token types considered, each once.
CountReliability ReliabilityOfCounts(std::span<const std::uint64_t> counts,
                                     std::span<const std::uint64_t> even_counts,
                                     std::span<const std::int32_t> ids);

}  // namespace zipflens
