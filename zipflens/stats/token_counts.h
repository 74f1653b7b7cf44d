// Token counts and the log-proportions made from them (docs/analysis.md, part 1).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace zipflens {

/// How often each id occurs: c[v] and N.
struct TokenCounts {
  explicit TokenCounts(std::size_t vocab_size) : counts(vocab_size, 0) {}

  std::vector<std::uint64_t> counts;  // c, [V]
  std::uint64_t total = 0;            // N

  /// Counts every id; ids must lie in [0, V).
  void Add(std::span<const std::int32_t> token_ids);
};

/// What to do with a token that was never counted, whose log-proportion would be ln 0.
enum class Smoothing {
  kExclude,  // NaN: it and every pair it is in is left out of the statistics
  kLaplace,  // (c + 1) / (N + V) for every token
  kError,    // refuse
};

/// "exclude", "laplace", "error".
std::string SmoothingName(Smoothing smoothing);

/// p = c / N (or its smoothed version), [V]. N must not be 0.
std::vector<double> Proportions(const TokenCounts& counts, Smoothing smoothing);

/// a = ln p by id, [V]; NaN where p = 0.
std::vector<double> LogProportions(const TokenCounts& counts, Smoothing smoothing);

/// The `num` most frequent ids, most frequent first; ties: lower id first. Ids never counted are
/// not among them.
std::vector<std::int32_t> MostFrequent(const TokenCounts& counts, std::size_t num);

}  // namespace zipflens
