// Token counts and the log-proportions computed from them (docs/analysis.md, part 1).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace zipflens {

/// How often each token id occurs, c[v], and the sum of all counts, N.
struct TokenCounts {
  explicit TokenCounts(std::size_t vocab_size) : counts(vocab_size, 0) {}

  std::vector<std::uint64_t> counts;  // c, [V]
  std::uint64_t total = 0;            // N

  /// Counts one occurrence of each id given. Ids must lie in [0, V).
  void Add(std::span<const std::int32_t> token_ids);
};

/// What to do with a token that was never counted, whose log-proportion would be ln 0.
enum class Smoothing {
  kExclude,  // its log-proportion is NaN: it and its pairs take no part
  kLaplace,  // (c + 1) / (N + V) for every token
  kError,    // throws
};

/// "exclude", "laplace", "error".
std::string SmoothingName(Smoothing smoothing);

/// The proportion of each id, [V]: c / N, or its smoothed version. N must not be 0.
std::vector<double> Proportions(const TokenCounts& counts, Smoothing smoothing);

/// The log-proportion of each id, a = ln p, [V]; NaN if p = 0.
std::vector<double> LogProportions(const TokenCounts& counts, Smoothing smoothing);

/// The `num` most frequent ids, most frequent first; of equally frequent ids the lower comes first.
/// Ids that were never counted are not included.
std::vector<std::int32_t> MostFrequent(const TokenCounts& counts, std::size_t num);

}  // namespace zipflens
