#include "zipflens/stats/pair_bins.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"

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

// Order statistics of the sums of all ordered pairs, each counted as often as it occurs. Sorting
// all sums would cost ten times as much. Instead they are counted in buckets of equal width, and
// only the sums in the wanted buckets are sorted.
class PairSumOrder {
 public:
  explicit PairSumOrder(const std::vector<Weighted>& distinct)
      : lowest_(2 * distinct.front().value), begins_(kNumBuckets + 1, 0) {
    for (const Weighted& of : distinct) {
      values_.push_back(of.value);
      weights_.push_back(of.weight);
    }
    const double width = 2 * distinct.back().value - lowest_;
    scale_ = width > 0 ? kNumBuckets / width : 0.0;
    // Successive sums are often in the same bucket; with two tables, their additions do not wait
    // for each other.
    std::array<std::vector<std::uint64_t>, 2> counts;
    counts.fill(std::vector<std::uint64_t>(kNumBuckets, 0));
    ForEachRow([&](std::size_t p, const std::int32_t* buckets) {
      counts[0][buckets[p]] += weights_[p] * weights_[p];
      for (std::size_t q = p + 1; q < values_.size(); ++q) {
        counts[q % 2][buckets[q]] += 2 * weights_[p] * weights_[q];
      }
    });
    for (std::int32_t bucket = 0; bucket < kNumBuckets; ++bucket) {
      begins_[bucket + 1] = begins_[bucket] + counts[0][bucket] + counts[1][bucket];
    }
  }

  std::uint64_t num_pairs() const { return begins_.back(); }

  // The sums with these ranks, which count from 0 and ascend.
  std::vector<double> At(const std::vector<std::uint64_t>& ranks) const {
    std::vector<std::uint8_t> wanted(kNumBuckets, 0);
    for (const std::uint64_t rank : ranks) {
      wanted[(std::ranges::upper_bound(begins_, rank) - begins_.begin()) - 1] = 1;
    }
    std::vector<Weighted> sums;
    ForEachRow([&](std::size_t p, const std::int32_t* buckets) {
      for (std::size_t q = p; q < values_.size(); ++q) {
        if (wanted[buckets[q]] == 0) continue;
        const std::uint64_t times = q == p ? 1 : 2;
        sums.push_back({values_[p] + values_[q], times * weights_[p] * weights_[q]});
      }
    });
    std::ranges::sort(sums, {}, &Weighted::value);

    std::vector<double> values;
    std::size_t at = 0;
    std::uint64_t before = begins_[Bucket(sums[0].value)];  // pairs before sums[at]
    for (const std::uint64_t rank : ranks) {
      while (rank >= before + sums[at].weight) {
        before += sums[at].weight;
        ++at;
        // There may be buckets in between that nobody asked for.
        before = std::max(before, begins_[Bucket(sums[at].value)]);
      }
      values.push_back(sums[at].value);
    }
    return values;
  }

 private:
  static constexpr std::int32_t kNumBuckets = 4096;

  // The bucket of a value. It grows with the value, so buckets are in the order of their sums. All
  // values may be equal.
  std::int32_t Bucket(double value) const {
    return std::min(static_cast<std::int32_t>((value - lowest_) * scale_), kNumBuckets - 1);
  }

  // Calls body(p, buckets) for each p, where buckets[q] is the bucket of u[p,q] for q >= p.
  // Addition commutes exactly, so u[p,q] and u[q,p] are the same number, which is visited once with
  // twice the weight.
  template <typename Body>
  void ForEachRow(const Body& body) const {
    std::vector<std::int32_t> buckets(values_.size());
    for (std::size_t p = 0; p < values_.size(); ++p) {
      for (std::size_t q = p; q < values_.size(); ++q) buckets[q] = Bucket(values_[p] + values_[q]);
      body(p, buckets.data());
    }
  }

  std::vector<double> values_;  // ascending
  std::vector<std::uint64_t> weights_;
  double lowest_;
  double scale_;
  std::vector<std::uint64_t> begins_;  // pairs before each bucket, [buckets + 1]
};

// numpy's _lerp: it interpolates from the nearer end, so that the result is monotone and exact at
// both ends.
double Interpolate(double low, double high, double fraction) {
  const double difference = high - low;
  return fraction >= 0.5 ? high - difference * (1 - fraction) : low + difference * fraction;
}

}  // namespace

std::vector<double> PairPercentileEdges(std::span<const double> log_proportions,
                                        std::size_t num_bins) {
  ZIPFLENS_CHECK(num_bins > 0);
  const std::vector<Weighted> distinct = DistinctFiniteValues(log_proportions);
  if (distinct.empty()) return {};
  const PairSumOrder order(distinct);

  // Each edge is interpolated between two order statistics.
  const std::uint64_t last = order.num_pairs() - 1;
  const double step = 100.0 / Real(num_bins);
  std::vector<double> places;
  std::vector<std::uint64_t> lows;
  for (std::size_t edge_idx = 0; edge_idx <= num_bins; ++edge_idx) {
    const double percent = edge_idx == num_bins ? 100.0 : Real(edge_idx) * step;
    places.push_back(Real(last) * (percent / 100.0));
    lows.push_back(static_cast<std::uint64_t>(places.back()));
  }
  std::vector<std::uint64_t> ranks = lows;
  for (const std::uint64_t low : lows) ranks.push_back(std::min(low + 1, last));
  std::ranges::sort(ranks);
  const std::vector<double> sums = order.At(ranks);
  const auto sum_of_rank = [&](std::uint64_t rank) {
    return sums[std::ranges::lower_bound(ranks, rank) - ranks.begin()];
  };
  std::vector<double> edges;
  for (std::size_t edge = 0; edge < places.size(); ++edge) {
    edges.push_back(Interpolate(sum_of_rank(lows[edge]),
                                sum_of_rank(std::min(lows[edge] + 1, last)),
                                places[edge] - Real(lows[edge])));
  }
  return edges;
}

PairBins::PairBins(std::span<const double> log_proportions, std::size_t num_bins)
    : edges_(PairPercentileEdges(log_proportions, num_bins)) {
  edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
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

  pairs_per_bin_.assign(edges_.size() - 1, 0);
  runs_.reserve(keys.size() * edges_.size());
  // A value on an inner edge belongs to the bin on its right; the last bin includes its right edge.
  // query + key is computed exactly as u is, and grows with both, so runs are exact and their
  // bounds move left from query to query.
  std::vector<std::uint32_t> bounds(edges_.size(), static_cast<std::uint32_t>(keys.size()));
  bounds[0] = 0;
  for (std::size_t rank = 0; rank < keys.size(); ++rank) {
    const double query = keys[rank];
    const bool is_repeated = rank > 0 && query == keys[rank - 1];
    for (std::size_t edge_idx = 1; edge_idx + 1 < edges_.size() && !is_repeated; ++edge_idx) {
      std::uint32_t bound = bounds[edge_idx];
      while (bound > 0 && query + keys[bound - 1] >= edges_[edge_idx]) --bound;
      bounds[edge_idx] = bound;
    }
    runs_.insert(runs_.end(), bounds.begin(), bounds.end());
    const auto runs = std::span(runs_).last(edges_.size());
    for (std::size_t bin = 0; bin < pairs_per_bin_.size(); ++bin) {
      pairs_per_bin_[bin] += runs[bin + 1] - runs[bin];
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
