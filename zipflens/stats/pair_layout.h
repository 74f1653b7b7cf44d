// PairLayout: the pairs of one sequence as kernels/pair_matrix_sums.h takes them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

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
  /// Queries in the order of the design, weighted by a less the centre; the edges are the inner
  /// ones of the bins.
  PairMatrixPlan plan() const;
  /// Queries of equal log-proportion have equal bins: they are a group. Behind the last query of
  /// each.
  std::span<const std::uint32_t> group_ends() const { return group_ends_; }
  /// Keys in each bin for a query of this group, [num_bins].
  std::span<const double> KeyCounts(std::size_t group) const {
    return std::span(key_counts_).subspan(group * bins_->num_bins(), bins_->num_bins());
  }

 private:
  const PairDesign* design_;
  const PairBins* bins_;
  std::vector<std::uint32_t> group_ends_;
  std::vector<double> takes_part_;
  PairLookups lookups_;             // at the inner edges
  std::vector<double> key_counts_;  // [groups, num_bins]
};

}  // namespace zipflens
