// PairLayout: the pairs of one sequence as kernels/pair_matrix_sums.h takes them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/pair_matrix_sums.h"
#include "zipflens/stats/pair_bins.h"
#include "zipflens/stats/pair_design.h"

namespace zipflens {

/// Made once a sequence, for the score matrices of all of its layers and heads. Move only.
class PairLayout {
 public:
  /// Both of the same sequence; they must live as long as this.
  PairLayout(const PairDesign& design, const PairBins& bins);

  const PairDesign& design() const { return *design_; }
  const PairBins& bins() const { return *bins_; }
  /// Queries in the order of the design; queries and keys weighted by a less the centre; the edges
  /// are the inner ones of the bins. Valid as long as this.
  PairMatrixPlan plan() const;
  /// The plan's queries, then those left out by position: [S].
  std::span<const std::uint32_t> query_order() const { return query_order_; }
  /// Queries of equal log-proportion have equal bins: they are a group. Behind the last query of
  /// each.
  std::span<const std::uint32_t> group_ends() const { return group_ends_; }
  /// Keys in each bin for a query of each group, [groups, num_bins].
  MatrixView<const double> key_counts() const {
    return {key_counts_.data(), group_ends_.size(), bins_->num_bins()};
  }

 private:
  const PairDesign* design_;
  const PairBins* bins_;
  std::vector<std::uint32_t> group_ends_;
  std::vector<std::uint32_t> query_order_;  // [S]
  AlignedBuffer<double> takes_part_;        // [PaddedKeys(S)]
  AlignedBuffer<double> key_weights_;       // [PaddedKeys(S)]
  std::vector<double> query_distances_;     // [m]
  PairLookups lookups_;                     // at the inner edges
  std::vector<double> key_counts_;          // [groups, num_bins]
};

}  // namespace zipflens
