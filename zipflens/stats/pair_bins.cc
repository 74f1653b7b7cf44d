#include "zipflens/stats/pair_bins.h"

#include <algorithm>
#include <cmath>

#include "zipflens/base/check.h"

namespace zipflens {
namespace {

/// A value and how often it occurs.
struct Weighted {
  double value;
  std::uint64_t weight;
};

std::vector<Weighted> DistinctFiniteValues(std::span<const double> values) {
  std::vector<double> sorted;
  std::copy_if(values.begin(), values.end(), std::back_inserter(sorted),
               [](double value) { return std::isfinite(value); });
  std::sort(sorted.begin(), sorted.end());
  std::vector<Weighted> distinct;
  for (const double value : sorted) {
    if (distinct.empty() || distinct.back().value != value) distinct.push_back({value, 0});
    ++distinct.back().weight;
  }
  return distinct;
}

// Sums of all ordered pairs, ascending, with multiplicity. Addition commutes exactly, so u[i,j] and
// u[j,i] are the same number and are listed once with twice the weight.
std::vector<Weighted> SortedPairSums(const std::vector<Weighted>& distinct) {
  std::vector<Weighted> sums;
  sums.reserve(distinct.size() * (distinct.size() + 1) / 2);
  for (std::size_t p = 0; p < distinct.size(); ++p) {
    for (std::size_t q = p; q < distinct.size(); ++q) {
      const std::uint64_t both_ways = p == q ? 1 : 2;
      sums.push_back({distinct[p].value + distinct[q].value,
                      distinct[p].weight * distinct[q].weight * both_ways});
    }
  }
  std::sort(sums.begin(), sums.end(),
            [](const Weighted& left, const Weighted& right) { return left.value < right.value; });
  return sums;
}

// numpy's _lerp: from the nearer end, so that the result is monotone and exact at both ends.
double Interpolate(double low, double high, double fraction) {
  const double difference = high - low;
  return fraction >= 0.5 ? high - difference * (1 - fraction) : low + difference * fraction;
}

}  // namespace

std::vector<double> PairPercentileEdges(std::span<const double> log_proportions, int num_bins) {
  ZIPFLENS_CHECK(num_bins > 0);
  const std::vector<Weighted> sums = SortedPairSums(DistinctFiniteValues(log_proportions));
  if (sums.empty()) return {};
  std::uint64_t num_pairs = 0;
  for (const Weighted& sum : sums) num_pairs += sum.weight;

  // The order statistics asked for ascend, so one walk over the sums serves all of them.
  std::size_t at = 0;
  std::uint64_t before = 0;  // pairs in front of sums[at]
  const auto order_statistic = [&](std::uint64_t rank) {
    while (rank >= before + sums[at].weight) before += sums[at++].weight;
    return sums[at].value;
  };
  std::vector<double> edges;
  const double step = 100.0 / num_bins;
  for (int edge_idx = 0; edge_idx <= num_bins; ++edge_idx) {
    const double percent = edge_idx == num_bins ? 100.0 : edge_idx * step;
    const double place = static_cast<double>(num_pairs - 1) * (percent / 100.0);
    const auto rank = static_cast<std::uint64_t>(place);
    const double low = order_statistic(rank);
    // Looking one rank ahead must not move the walk past the next edge's rank.
    const std::size_t at_low = at;
    const std::uint64_t before_low = before;
    const double high = rank + 1 < num_pairs ? order_statistic(rank + 1) : low;
    at = at_low;
    before = before_low;
    edges.push_back(Interpolate(low, high, place - static_cast<double>(rank)));
  }
  return edges;
}

PairBins::PairBins(std::span<const double> log_proportions, int num_bins)
    : edges_(PairPercentileEdges(log_proportions, num_bins)) {
  const std::size_t num_edges = edges_.size();
  edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
  merged_ = edges_.size() != num_edges;
  if (edges_.size() < 2) {
    edges_.clear();
    return;
  }

  for (std::uint32_t position = 0; position < log_proportions.size(); ++position) {
    if (std::isfinite(log_proportions[position])) order_.push_back(position);
  }
  std::stable_sort(order_.begin(), order_.end(), [&](std::uint32_t left, std::uint32_t right) {
    return log_proportions[left] < log_proportions[right];
  });
  std::vector<double> keys;  // a of the participants, ascending
  for (const std::uint32_t position : order_) keys.push_back(log_proportions[position]);

  pair_counts_.assign(edges_.size() - 1, 0);
  runs_.reserve(keys.size() * edges_.size());
  for (const double query : keys) {
    // A value on an inner edge belongs to the bin on its right; the last bin includes its right
    // edge. query + key is computed as u is, and grows with key, so runs are exact.
    runs_.push_back(0);
    for (std::size_t edge_idx = 1; edge_idx + 1 < edges_.size(); ++edge_idx) {
      const auto first =
          std::partition_point(keys.begin() + runs_.back(), keys.end(),
                               [&](double key) { return query + key < edges_[edge_idx]; });
      runs_.push_back(static_cast<std::uint32_t>(first - keys.begin()));
    }
    runs_.push_back(static_cast<std::uint32_t>(keys.size()));
    const auto runs = std::span(runs_).last(edges_.size());
    for (std::size_t bin = 0; bin < pair_counts_.size(); ++bin) {
      pair_counts_[bin] += runs[bin + 1] - runs[bin];
    }
  }
}

std::vector<double> PairBins::Centres() const {
  std::vector<double> centres;
  for (std::size_t bin = 0; bin < num_bins(); ++bin) {
    centres.push_back((edges_[bin] + edges_[bin + 1]) / 2);
  }
  return centres;
}

}  // namespace zipflens
