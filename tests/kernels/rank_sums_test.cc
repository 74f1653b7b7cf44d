// Ranks of resampled points, compared with the plain computation and with ranks by hand, on every
// instruction set.

#include "zipflens/kernels/statistics/rank_sums.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"

namespace zipflens {
namespace {

class RankSumsTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(RankSumsTest);

struct Variable {
  std::vector<std::uint32_t> order;
  std::vector<std::uint32_t> run_ends;

  explicit Variable(const std::vector<int>& values) : order(values.size()) {
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::uint32_t idx) { return values[idx]; });
    for (std::uint32_t k = 1; k <= order.size(); ++k) {
      if (k == order.size() || values[order[k]] != values[order[k - 1]]) run_ends.push_back(k);
    }
  }
};

TEST_P(RankSumsTest, RandomResamplesEqualThePlainComputation) {
  std::mt19937 generator(4);
  for (const std::size_t points : {1U, 2U, 7U, 100U, 333U}) {
    std::vector<int> x(points);
    std::vector<int> y(points);
    for (int& value : x) value = static_cast<int>(generator() % 20);
    for (int& value : y) value = static_cast<int>(generator() % 1000);
    std::vector<double> weights(points * kRankLanes, 0.0);
    for (std::size_t draw = 0; draw < points; ++draw) {
      for (std::size_t lane = 0; lane < kRankLanes; ++lane) {
        weights[generator() % points * kRankLanes + lane] += 1;
      }
    }
    const Variable reference_variable(x);
    const Variable other(y);
    RankSums ranks(points);
    const RankMoments own =
        ranks.SetReference(weights, reference_variable.order, reference_variable.run_ends);
    const RankMoments found = ranks.Relate(other.order, other.run_ends);
    for (std::size_t lane = 0; lane < kRankLanes; ++lane) {
      std::vector<double> lane_weights(points);
      for (std::size_t k = 0; k < points; ++k) lane_weights[k] = weights[k * kRankLanes + lane];
      std::vector<double> x_ranks(points);
      std::vector<double> y_ranks(points);
      reference::CentredRanksInto(lane_weights, reference_variable.order,
                                  reference_variable.run_ends, x_ranks);
      reference::CentredRanksInto(lane_weights, other.order, other.run_ends, y_ranks);
      double xx = 0;
      double yy = 0;
      double xy = 0;
      for (std::size_t k = 0; k < points; ++k) {
        xx += lane_weights[k] * x_ranks[k] * x_ranks[k];
        yy += lane_weights[k] * y_ranks[k] * y_ranks[k];
        xy += lane_weights[k] * x_ranks[k] * y_ranks[k];
      }
      EXPECT_NEAR(own.squares[lane], xx, 1e-12 * (1 + xx));
      EXPECT_NEAR(found.squares[lane], yy, 1e-12 * (1 + yy));
      EXPECT_NEAR(found.products[lane], xy, 1e-12 * (1 + xx));
    }
  }
}

TEST_P(RankSumsTest, HandComputedMidRanks) {
  // The values 5, 1, 5, 3 are drawn 1, 2, 1, 0 times: 1, 1, 5, 5 with the ranks 1.5, 1.5, 3.5, 3.5.
  const Variable variable({5, 1, 5, 3});
  const std::vector<double> weights = {1, 2, 1, 0};
  std::vector<double> ranks(4);
  reference::CentredRanksInto(weights, variable.order, variable.run_ends, ranks);
  EXPECT_EQ(ranks[0], 1.0);
  EXPECT_EQ(ranks[1], -1.0);
  EXPECT_EQ(ranks[2], 1.0);
}

TEST_P(RankSumsTest, WeightsOfOtherPointsAreACallersBug) {
  const Variable variable({5, 1});
  RankSums ranks(2);
  EXPECT_THROW(ranks.SetReference(std::vector<double>(4, 1.0), variable.order, variable.run_ends),
               CheckFailure);
}

}  // namespace
}  // namespace zipflens
