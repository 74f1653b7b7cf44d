#include "zipflens/stats/pair_layout.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "zipflens/base/check.h"

namespace zipflens {
namespace {

// For each query, the sum of its distances from the keys that take part and precede it.
std::vector<double> DistancesToKeysBefore(std::span<const std::uint32_t> queries,
                                          std::span<const double> takes_part) {
  std::vector<double> of_position;
  double num_keys = 0;
  double distance = 0;
  for (const double takes : takes_part) {
    of_position.push_back(distance);
    num_keys += takes;
    distance += num_keys;
  }
  std::vector<double> distances;
  for (const std::uint32_t query : queries) distances.push_back(of_position[query]);
  return distances;
}

}  // namespace

PairLayout::PairLayout(PairDesign design, PairBins bins)
    : design_(std::move(design)), bins_(std::move(bins)) {
  const std::vector<std::uint32_t>& order = design_.order();
  const std::size_t m = order.size();
  ZIPFLENS_CHECK(bins_.num_bins() == 0 || bins_.order().size() == m);
  takes_part_ = AlignedBuffer<double>(PaddedKeys(design_.sequence_length()));
  key_weights_ = AlignedBuffer<double>(takes_part_.size());
  std::ranges::fill(takes_part_.span(), 0.0);
  std::ranges::fill(key_weights_.span(), 0.0);
  query_order_ = order;
  for (std::size_t i = 0; i < m; ++i) {
    takes_part_[order[i]] = 1.0;
    key_weights_[order[i]] = design_.frequency()[i];
    if (i + 1 == m || design_.frequency()[i + 1] != design_.frequency()[i]) {
      group_ends_.push_back(static_cast<std::uint32_t>(i + 1));
    }
  }
  const std::size_t num_keys = design_.sequence_length();
  for (std::uint32_t position = 0; position < num_keys; ++position) {
    if (takes_part_[position] == 0) query_order_.push_back(position);
  }
  query_distances_ = DistancesToKeysBefore(order, takes_part_.span());
  const std::size_t num_edges = bins_.num_bins() == 0 ? 0 : bins_.num_bins() - 1;
  // u is symmetric, so the queries of a key fall into the bins that its keys fall into when it is
  // the query.
  std::vector<std::uint32_t> queries_before(num_edges * num_keys, 0);
  for (std::size_t k = 0; k < m && num_edges > 0; ++k) {
    std::ranges::copy(bins_.Runs(k).subspan(1, num_edges),
                      queries_before.begin() + order[k] * num_edges);
  }
  lookups_ = PairLookups({queries_before.data(), num_keys, num_edges}, design_.frequency(),
                         PairBlockWidth());
  if (bins_.num_bins() == 0) return;
  keys_per_bin_.reserve(group_ends_.size() * bins_.num_bins());
  for (const std::uint32_t end : group_ends_) {
    const std::span<const std::uint32_t> runs = bins_.Runs(end - 1);
    for (std::size_t bin = 0; bin < bins_.num_bins(); ++bin) {
      keys_per_bin_.push_back(runs[bin + 1] - runs[bin]);
    }
  }
}

PairMatrixPlan PairLayout::plan() const {
  return {.num_keys = design_.sequence_length(),
          .queries = design_.order(),
          .query_distances = query_distances_,
          .takes_part = takes_part_.span(),
          .key_weights = key_weights_.span(),
          .lookups = &lookups_};
}

}  // namespace zipflens
