// Pair bins, compared with a plain computation over the full matrix of pairs, as the notebook does
// it.
#include "zipflens/stats/pair_bins.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Log-proportions of a sequence of Zipf-distributed types, in which many tokens share a value.
std::vector<double> RandomLogProportions(std::mt19937& random, std::size_t length, int num_types) {
  std::uniform_int_distribution<int> type(1, num_types);
  std::vector<double> values;
  for (std::size_t i = 0; i < length; ++i) values.push_back(std::log(1.0 / type(random)) - 3.0);
  return values;
}

std::vector<double> SortedPairs(const std::vector<double>& a) {
  std::vector<double> pairs;
  for (const double left : a) {
    for (const double right : a) {
      if (std::isfinite(left + right)) pairs.push_back(left + right);
    }
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

// numpy.percentile(pairs, percent), method "linear".
double Percentile(const std::vector<double>& sorted, double percent) {
  const double place = static_cast<double>(sorted.size() - 1) * (percent / 100);
  const auto rank = static_cast<std::size_t>(std::floor(place));
  const double low = sorted[rank];
  const double high = sorted[std::min(rank + 1, sorted.size() - 1)];
  const double fraction = place - std::floor(place);
  return fraction >= 0.5 ? high - (high - low) * (1 - fraction) : low + (high - low) * fraction;
}

TEST(PairPercentileEdges, EqualPercentilesOfAllPairs) {
  std::mt19937 random(1);
  for (const std::size_t num_bins : {1, 2, 7, 40, 100}) {
    for (const std::size_t length : {1U, 2U, 7U, 64U, 130U}) {
      const auto a = RandomLogProportions(random, length, 300);
      const auto sorted = SortedPairs(a);
      const auto edges = PairPercentileEdges(a, num_bins);
      ASSERT_EQ(edges.size(), num_bins + 1);
      for (std::size_t k = 0; k <= num_bins; ++k) {
        const double percent = k == num_bins ? 100.0 : Real(k) * (100.0 / Real(num_bins));
        EXPECT_EQ(edges[k], Percentile(sorted, percent))
            << "edge " << k << " of " << num_bins << ", length " << length;
      }
    }
  }
}

TEST(PairPercentileEdges, LeavesOutTokensWithoutLogProportion) {
  const std::vector<double> with = {-1, kNan, -2, -4};
  const std::vector<double> without = {-1, -2, -4};
  EXPECT_EQ(PairPercentileEdges(with, 5), PairPercentileEdges(without, 5));
  EXPECT_TRUE(PairPercentileEdges(std::vector<double>{kNan, kNan}, 5).empty());
}

TEST(PairPercentileEdges, HandComputed) {
  // Pairs of {0, 1} are 0, 1, 1, 2, with the quartiles 0, 0.75, 1, 1.25, 2 by linear interpolation.
  EXPECT_EQ(PairPercentileEdges(std::vector<double>{0, 1}, 4),
            (std::vector<double>{0, 0.75, 1, 1.25, 2}));
}

// The bin of every pair by scipy's rule, one pair at a time.
TEST(PairBins, RunsHoldEveryPairOnceInItsBin) {
  std::mt19937 random(2);
  for (const int num_types : {3, 20, 2000}) {
    auto a = RandomLogProportions(random, 90, num_types);
    a[5] = kNan;
    a[77] = kNan;
    const PairBins bins(a, 40);
    ASSERT_EQ(bins.order().size(), 88U);
    std::vector<std::uint64_t> counts(bins.num_bins(), 0);
    for (std::size_t rank = 0; rank < bins.order().size(); ++rank) {
      const auto runs = bins.Runs(rank);
      ASSERT_EQ(runs.front(), 0U);
      ASSERT_EQ(runs.back(), 88U);
      for (std::size_t bin = 0; bin < bins.num_bins(); ++bin) {
        for (std::size_t k = runs[bin]; k < runs[bin + 1]; ++k) {
          const double u = a[bins.order()[rank]] + a[bins.order()[k]];
          const auto& edges = bins.edges();
          const bool last = bin + 1 == bins.num_bins();
          EXPECT_GE(u, edges[bin]);
          EXPECT_TRUE(u < edges[bin + 1] || (last && u == edges[bin + 1]))
              << u << " in bin " << bin << " up to " << edges[bin + 1];
          ++counts[bin];
        }
      }
    }
    EXPECT_EQ(counts, bins.pairs_per_bin());
  }
}

TEST(PairBins, MergesEqualEdges) {
  // Nine of ten tokens are equal: 81 % of the pairs have one value, so most edges are equal.
  std::vector<double> a(10, -3.0);
  a[4] = -5.0;
  const PairBins bins(a, 40);
  EXPECT_LT(bins.num_bins(), 40U);
  EXPECT_TRUE(std::is_sorted(bins.edges().begin(), bins.edges().end(), std::less_equal<>()));
  std::uint64_t pairs = 0;
  for (const std::uint64_t count : bins.pairs_per_bin()) pairs += count;
  EXPECT_EQ(pairs, 100U);
}

TEST(PairBins, CountsEmptyBins) {
  // Pairs of {0, 1} are 0, 1, 1, 2, with the edges 0, 0.75, 1, 1.25, 2: no pair lies in [0.75, 1).
  const PairBins bins(std::vector<double>{0, 1}, 4);
  ASSERT_EQ(bins.num_bins(), 4U);
  EXPECT_EQ(bins.pairs_per_bin(), (std::vector<std::uint64_t>{1, 0, 2, 1}));
}

TEST(PairBins, NoBinsWhereNothingVaries) {
  EXPECT_EQ(PairBins(std::vector<double>(6, -2.0), 40).num_bins(), 0U);
  EXPECT_EQ(PairBins(std::vector<double>(6, kNan), 40).num_bins(), 0U);
}

TEST(PairBins, CentresAreMeansOfEdges) {
  const PairBins bins(std::vector<double>{0, 1}, 4);
  EXPECT_EQ(bins.Centres(), (std::vector<double>{0.375, 0.875, 1.125, 1.625}));
}

}  // namespace
}  // namespace zipflens
