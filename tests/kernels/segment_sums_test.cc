// Segment sums against plain loops, on every target.

#include "zipflens/kernels/segment_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"

namespace zipflens {
namespace {

class SegmentSumsTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(SegmentSumsTest);

TEST_P(SegmentSumsTest, RandomRunsEqualPlainLoops) {
  std::mt19937 generator(10);
  for (int trial = 0; trial < 50; ++trial) {
    const std::size_t size = 1 + generator() % 600;
    const std::size_t num_bins = 1 + generator() % 45;
    const std::vector<float> row =
        RandomValues(size, /*seed=*/static_cast<unsigned>(trial), /*deviation=*/5.0f);
    std::vector<std::uint32_t> bounds(num_bins + 1);
    for (std::uint32_t& bound : bounds)
      bound = static_cast<std::uint32_t>(generator() % (size + 1));
    std::ranges::sort(bounds);
    std::vector<double> found(num_bins, 0.5);
    std::vector<double> expected(num_bins, 0.5);
    AddSegmentSums(row, bounds, found);
    reference::AddSegmentSums(row, bounds, expected);
    for (std::size_t bin = 0; bin < num_bins; ++bin) EXPECT_NEAR(found[bin], expected[bin], 1e-11);
    const std::vector<double> means = expected;
    AddSegmentSquares(row, bounds, means, found);
    reference::AddSegmentSquares(row, bounds, means, expected);
    for (std::size_t bin = 0; bin < num_bins; ++bin) {
      EXPECT_NEAR(found[bin], expected[bin], 1e-12 * std::abs(expected[bin]) + 1e-11);
    }
  }
}

TEST_P(SegmentSumsTest, HandComputedRunsAndAnEmptyOneWithoutMean) {
  const std::vector<float> row = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 100};
  const std::vector<std::uint32_t> bounds = {0, 2, 2, 11};
  std::vector<double> sums(3, 0.0);
  AddSegmentSums(row, bounds, sums);
  EXPECT_EQ(sums, (std::vector<double>{3.0, 0.0, 63.0}));
  const std::vector<double> means = {1.5, std::numeric_limits<double>::quiet_NaN(), 7.0};
  std::vector<double> squares(3, 0.0);
  AddSegmentSquares(row, bounds, means, squares);
  EXPECT_EQ(squares, (std::vector<double>{0.5, 0.0, 60.0}));
}

TEST_P(SegmentSumsTest, BoundsBehindTheRowAreACallersBug) {
  const std::vector<float> row = {1, 2};
  std::vector<double> sums(1, 0.0);
  EXPECT_THROW(AddSegmentSums(row, std::vector<std::uint32_t>{0, 3}, sums), CheckFailure);
}

}  // namespace
}  // namespace zipflens
