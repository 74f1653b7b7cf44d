// Pearson's r: computed by hand, numerically hard, and merged from parts.
#include "zipflens/stats/correlation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace zipflens {
namespace {

TEST(PearsonCorrelation, HandComputed) {
  // Anscombe's first set: r = 0.81642051634484 (numpy.corrcoef).
  const std::vector<double> x = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
  const std::vector<double> y = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
  EXPECT_NEAR(PearsonCorrelation(x, y), 0.81642051634484, 1e-14);
}

TEST(PearsonCorrelation, SurvivesLargeOffsets) {
  const std::vector<double> x = {1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4};
  const std::vector<double> y = {-1e9 - 2, -1e9 - 4, -1e9 - 6, -1e9 - 8};
  EXPECT_DOUBLE_EQ(PearsonCorrelation(x, y), -1.0);
}

TEST(PearsonCorrelation, IsNotDefinedWhereNothingVaries) {
  const std::vector<double> x = {1, 2, 3};
  const std::vector<double> constant = {5, 5, 5};
  EXPECT_TRUE(std::isnan(PearsonCorrelation(x, constant)));
  EXPECT_TRUE(std::isnan(PearsonCorrelation(std::vector<double>{1}, std::vector<double>{2})));
}

TEST(PearsonCorrelation, LeavesOutPairsThatAreNotNumbers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> x = {1, nan, 2, 3, 4};
  const std::vector<double> y = {2, 9, 4, nan, 9};
  const PairMoments moments = PairMoments::Of(x, y);
  EXPECT_EQ(moments.n, 3U);
  EXPECT_DOUBLE_EQ(moments.Correlation(),
                   PearsonCorrelation(std::vector<double>{1, 2, 4}, std::vector<double>{2, 4, 9}));
}

TEST(PairMoments, MergedPartsEqualTheWhole) {
  std::mt19937 random(4);
  std::normal_distribution<double> noise;
  std::vector<double> x, y;
  for (int i = 0; i < 1000; ++i) {
    x.push_back(100 + noise(random));
    y.push_back(0.3 * x.back() + noise(random));
  }
  PairMoments merged;
  for (std::size_t begin = 0; begin < x.size(); begin += 137) {
    const std::size_t size = std::min<std::size_t>(137, x.size() - begin);
    merged.Merge(
        PairMoments::Of(std::span(x).subspan(begin, size), std::span(y).subspan(begin, size)));
  }
  merged.Merge(PairMoments());
  EXPECT_EQ(merged.n, 1000U);
  EXPECT_NEAR(merged.Correlation(), PearsonCorrelation(x, y), 1e-13);
}

}  // namespace
}  // namespace zipflens
