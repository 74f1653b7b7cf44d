// PairLayout: the pairs of one sequence in the form that kernels/statistics/pair_matrix_sums.h
// reads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/statistics/pair_matrix_sums.h"
#include "zipflens/stats/pair_bins.h"
#include "zipflens/stats/pair_design.h"

namespace zipflens {

/// The design and the bins of a sequence, prepared for the kernel. Made once per sequence and used
/// for the score matrices of all layers and heads. Move only.
class PairLayout {
 public:
  /// `design` and `bins` describe the same sequence.
  PairLayout(PairDesign design, PairBins bins);

  const PairDesign& design() const { return design_; }
  const PairBins& bins() const { return bins_; }
  /// The plan for the kernel: queries in the order of the design, both queries and keys weighted by
  /// a minus the batch mean, and the inner edges of the bins. Valid while the layout lives and is
  /// not moved.
  PairMatrixPlan plan() const;
  /// The plan's queries, followed by the positions that are left out, [S].
  std::span<const std::uint32_t> query_order() const { return query_order_; }
  /// Exclusive end of each group, [groups], in the plan's order. A group is a run of queries with
  /// equal log-proportion; such queries share their bin bounds.
  std::span<const std::uint32_t> group_ends() const { return group_ends_; }
  /// Number of keys in each bin for one query of each group, [groups, num_bins].
  MatrixView<const double> keys_per_bin() const {
    return {keys_per_bin_.data(), group_ends_.size(), bins_.num_bins()};
  }

 private:
  PairDesign design_;
  PairBins bins_;
  std::vector<std::uint32_t> group_ends_;
  std::vector<std::uint32_t> query_order_;  // [S]
  AlignedBuffer<double> takes_part_;        // [PaddedKeys(S)]
  AlignedBuffer<double> key_weights_;       // [PaddedKeys(S)]
  std::vector<double> query_distances_;     // [m]
  PairLookups lookups_;                     // at the inner edges
  std::vector<double> keys_per_bin_;        // [groups, num_bins]
};

}  // namespace zipflens
