// The pairs of one sequence, binned by pair log-proportion u[i,j] = a[i] + a[j] (docs/analysis.md,
// part 5).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace zipflens {

/// Percentiles of u at linspace(0, 100, num_bins + 1) by linear interpolation, to the last bit
/// those of numpy.percentile in float64, over the pairs of tokens whose log-proportion is finite.
/// Equal edges are kept. Empty if there is no such token. Cost: O(K^2) for K distinct
/// log-proportions, without an [S, S] matrix.
std::vector<double> PairPercentileEdges(std::span<const double> log_proportions, int num_bins);

/// Which bin each pair of a sequence falls into, as runs: with the tokens sorted by log-proportion,
/// a query's pairs fall into one run of consecutive keys per bin. Shared by all layers and heads.
class PairBins {
 public:
  /// `log_proportions`: a, [S]; NaN tokens are left out with all their pairs. Equal edges are
  /// merged.
  PairBins(std::span<const double> log_proportions, int num_bins);

  /// Bins made; fewer than asked for where edges were merged, 0 where no token is left or all pairs
  /// have the same u.
  std::size_t num_bins() const { return edges_.empty() ? 0 : edges_.size() - 1; }
  bool merged() const { return merged_; }
  /// [num_bins + 1], strictly ascending.
  const std::vector<double>& edges() const { return edges_; }
  /// Pairs in each bin, [num_bins].
  const std::vector<std::uint64_t>& pair_counts() const { return pair_counts_; }
  /// Mean of a bin's two edges, [num_bins].
  std::vector<double> Centres() const;

  /// Positions of the tokens that take part, by ascending log-proportion (ties: by position).
  const std::vector<std::uint32_t>& order() const { return order_; }
  /// Runs of the query at position order()[rank]: its pair with key order()[k] is in bin b where
  /// Runs(rank)[b] <= k < Runs(rank)[b + 1]. [num_bins + 1].
  std::span<const std::uint32_t> Runs(std::size_t rank) const {
    return std::span(runs_).subspan(rank * edges_.size(), edges_.size());
  }

 private:
  std::vector<double> edges_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> runs_;  // [participants, num_bins + 1]
  std::vector<std::uint64_t> pair_counts_;
  bool merged_ = false;
};

}  // namespace zipflens
