// Counts, proportions, and the three ways to treat tokens that were never counted.
#include "zipflens/stats/token_counts.h"

#include <gtest/gtest.h>

#include <cmath>

#include "zipflens/stats/profile_average.h"

namespace zipflens {
namespace {

TokenCounts Counted(const std::vector<std::int32_t>& ids, std::size_t vocab_size) {
  TokenCounts counts(vocab_size);
  counts.Add(ids);
  return counts;
}

TEST(TokenCounts, ProportionsByPolicy) {
  const TokenCounts counts = Counted({0, 0, 2, 0}, 3);
  EXPECT_EQ(Proportions(counts, Smoothing::kExclude), (std::vector<double>{0.75, 0.0, 0.25}));
  EXPECT_EQ(Proportions(counts, Smoothing::kLaplace),
            (std::vector<double>{4.0 / 7.0, 1.0 / 7.0, 2.0 / 7.0}));
}

TEST(TokenCounts, LogProportionOfAnUncountedTokenIsNotANumber) {
  const TokenCounts counts = Counted({0, 0, 2, 0}, 3);
  const auto excluded = LogProportions(counts, Smoothing::kExclude);
  EXPECT_DOUBLE_EQ(excluded[0], std::log(0.75));
  EXPECT_TRUE(std::isnan(excluded[1]));
  EXPECT_DOUBLE_EQ(LogProportions(counts, Smoothing::kLaplace)[1], std::log(1.0 / 7.0));
}

TEST(MostFrequent, BreaksTiesByLowerId) {
  const TokenCounts counts = Counted({4, 4, 1, 3, 3, 2}, 6);
  EXPECT_EQ(MostFrequent(counts, 3), (std::vector<std::int32_t>{3, 4, 1}));
  EXPECT_EQ(MostFrequent(counts, 100), (std::vector<std::int32_t>{3, 4, 1, 2}));
}

TEST(ProfileAverage, LeavesOutEmptyBins) {
  const double nan = std::nan("");
  ProfileAverage average(3);
  average.Add(std::vector<double>{1, nan, nan});
  average.Add(std::vector<double>{3, 5, nan});
  const std::vector<double> result = average.Average();
  EXPECT_EQ(result[0], 2.0);
  EXPECT_EQ(result[1], 5.0);
  EXPECT_TRUE(std::isnan(result[2]));
}

}  // namespace
}  // namespace zipflens
