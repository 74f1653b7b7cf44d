// Bins for the pairs of one sequence by pair log-proportion u[i,j] = a[i] + a[j] (docs/analysis.md,
// part 5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace zipflens {

/// Percentiles of u at linspace(0, 100, num_bins + 1), interpolated linearly, over the pairs of
/// tokens whose log-proportion is finite. They equal those of numpy.percentile in float64 to the
/// last bit. Equal edges are kept. Returns no edges if no log-proportion is finite. Cost: O(K^2)
/// for K distinct log-proportions, without an [S, S] matrix.
std::vector<double> PairPercentileEdges(std::span<const double> log_proportions,
                                        std::size_t num_bins);

/// The bin of each pair of a sequence. With the tokens sorted by log-proportion, the pairs of one
/// query that fall into one bin are a run of consecutive keys. All layers and heads of the sequence
/// share these runs.
class PairBins {
 public:
  /// `log_proportions`: a, [S]. A token whose a is NaN is left out with all of its pairs. Equal
  /// edges are merged.
  PairBins(std::span<const double> log_proportions, std::size_t num_bins);

  /// Number of bins. It is smaller than asked for if edges were merged, and 0 if no token is left
  /// or all pairs have the same u.
  std::size_t num_bins() const { return edges_.empty() ? 0 : edges_.size() - 1; }
  /// [num_bins + 1], strictly ascending; empty if there are no bins.
  const std::vector<double>& edges() const { return edges_; }
  /// Pairs in each bin, [num_bins].
  const std::vector<std::uint64_t>& pairs_per_bin() const { return pairs_per_bin_; }
  /// Mean of a bin's two edges, [num_bins].
  std::vector<double> Centres() const;

  /// Positions of the tokens that take part, [participants], in ascending order of log-proportion
  /// and, for equal ones, of position.
  const std::vector<std::uint32_t>& order() const { return order_; }
  /// The runs of the query at position order()[rank], [num_bins + 1]: the pair with the key at
  /// position order()[k] is in bin b if Runs(rank)[b] <= k < Runs(rank)[b + 1].
  std::span<const std::uint32_t> Runs(std::size_t rank) const {
    return std::span(runs_).subspan(rank * edges_.size(), edges_.size());
  }

 private:
  std::vector<double> edges_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> runs_;  // [participants, num_bins + 1]
  std::vector<std::uint64_t> pairs_per_bin_;
};

}  // namespace zipflens
