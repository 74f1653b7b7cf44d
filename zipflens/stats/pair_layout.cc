#include "zipflens/stats/pair_layout.h"

#include "zipflens/base/check.h"

namespace zipflens {

PairLayout::PairLayout(const PairDesign& design, const PairBins& bins)
    : design_(&design), bins_(&bins) {
  const std::vector<std::uint32_t>& order = design.order();
  const std::size_t m = order.size();
  ZIPFLENS_CHECK(bins.num_bins() == 0 || bins.order().size() == m);
  const std::size_t padded = PaddedKeys(design.sequence_length());
  takes_part_.assign(padded, 0.0);
  std::vector<std::int32_t> group_of(m + 1);
  for (std::size_t i = 0; i < m; ++i) {
    takes_part_[order[i]] = 1.0;
    if (i > 0 && design.frequency()[i] != design.frequency()[i - 1]) {
      group_ends_.push_back(static_cast<std::uint32_t>(i));
    }
    group_of[i] = static_cast<std::int32_t>(group_ends_.size());
  }
  if (m == 0) return;
  group_ends_.push_back(static_cast<std::uint32_t>(m));
  group_of[m] = static_cast<std::int32_t>(group_ends_.size());
  if (bins.num_bins() == 0) return;

  // Pairs are symmetric in u: the queries of a key are in its bins as its keys would be as a query,
  // and equal log-proportions are never parted.
  groups_before_.assign((bins.num_bins() - 1) * padded, 0);
  for (std::size_t k = 0; k < m; ++k) {
    const std::span<const std::uint32_t> runs = bins.Runs(k);
    for (std::size_t edge = 1; edge < bins.num_bins(); ++edge) {
      groups_before_[(edge - 1) * padded + order[k]] = group_of[runs[edge]];
    }
  }
  for (const std::uint32_t end : group_ends_) {
    const std::span<const std::uint32_t> runs = bins.Runs(end - 1);
    for (std::size_t bin = 0; bin < bins.num_bins(); ++bin) {
      key_counts_.push_back(runs[bin + 1] - runs[bin]);
    }
  }
}

PairMatrixPlan PairLayout::plan() const {
  return {.queries = design_->order(),
          .query_weights = design_->frequency(),
          .group_ends = group_ends_,
          .takes_part = takes_part_,
          .groups_before = groups_before_,
          .num_edges = bins_->num_bins() == 0 ? 0 : bins_->num_bins() - 1};
}

}  // namespace zipflens
