// Sums of a query's scores against plain loops, on every target.

#include "zipflens/kernels/pair_row_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"

namespace zipflens {
namespace {

class PairRowSumsTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(PairRowSumsTest);

std::vector<double> RandomDoubles(std::size_t size, unsigned seed) {
  const std::vector<float> values = RandomValues(size, seed, /*deviation=*/3.0F);
  return {values.begin(), values.end()};
}

TEST_P(PairRowSumsTest, RandomRowsEqualPlainLoops) {
  unsigned seed = 0;
  for (const std::size_t size : kAwkwardSizes) {
    const std::vector<float> row = RandomValues(size, ++seed, /*deviation=*/5.0F);
    const std::vector<double> weights = RandomDoubles(size, ++seed);
    const std::vector<double> positions = RandomDoubles(size, ++seed);
    std::vector<double> found_columns = RandomDoubles(size, ++seed);
    std::vector<double> expected_columns = found_columns;
    const PairRowSums found = AddPairRow(row, weights, positions, 0.5, found_columns);
    const PairRowSums expected =
        reference::AddPairRow(row, weights, positions, 0.5, expected_columns);
    EXPECT_NEAR(found.sum, expected.sum, 1e-10) << size;
    EXPECT_NEAR(found.weighted_sum, expected.weighted_sum, 1e-10) << size;
    EXPECT_NEAR(found.distance_sum, expected.distance_sum, 1e-10) << size;
    EXPECT_EQ(found_columns, expected_columns) << size;
  }
}

TEST_P(PairRowSumsTest, RandomSegmentsEqualPlainLoops) {
  std::mt19937 generator(3);
  for (unsigned trial = 0; trial < 50; ++trial) {
    const std::size_t size = 1 + generator() % 600;
    const std::size_t num_bins = 1 + generator() % 45;
    const std::vector<float> row = RandomValues(size, trial, /*deviation=*/2.0F);
    std::vector<std::uint32_t> bounds(num_bins + 1);
    for (std::uint32_t& bound : bounds) {
      bound = static_cast<std::uint32_t>(generator() % (size + 1));
    }
    std::ranges::sort(bounds);
    std::array<std::array<std::vector<double>, 4>, 2> cells;
    std::array<SegmentMoments, 2> moments;
    for (std::size_t side = 0; side < 2; ++side) {
      for (std::vector<double>& cell : cells[side]) cell.assign(num_bins, 0.25);
      moments[side] = {cells[side][0], cells[side][1], cells[side][2], cells[side][3]};
    }
    AddSegmentMoments(row, bounds, /*centre=*/0.7, /*pivot=*/-1.5, moments[0]);
    reference::AddSegmentMoments(row, bounds, /*centre=*/0.7, /*pivot=*/-1.5, moments[1]);
    for (std::size_t cell = 0; cell < 4; ++cell) {
      for (std::size_t bin = 0; bin < num_bins; ++bin) {
        EXPECT_NEAR(cells[0][cell][bin], cells[1][cell][bin],
                    1e-12 * (1 + std::abs(cells[1][cell][bin])) * 10);
      }
    }
  }
}

TEST_P(PairRowSumsTest, HandComputedRow) {
  const std::vector<float> row = {1, 2, 3, 4, 5};
  std::vector<double> columns = {0, 0, 0, 0, 10};
  const PairRowSums sums =
      AddPairRow(row, std::vector<double>{1, 0, -1, 0, 2}, std::vector<double>{0, 1, 2, 3, 4},
                 /*position=*/3.0, columns);
  EXPECT_EQ(sums.sum, 15.0);
  EXPECT_EQ(sums.weighted_sum, 8.0);
  EXPECT_EQ(sums.distance_sum, 3.0 * 1 + 2 * 2 + 1 * 3 + 0 + 1 * 5);
  EXPECT_EQ(columns, (std::vector<double>{1, 2, 3, 4, 15}));
}

TEST_P(PairRowSumsTest, SpansOfDifferentSizesAreACallersBug) {
  const std::vector<float> row = {1, 2};
  const std::vector<double> two = {1, 2};
  std::vector<double> one = {1};
  EXPECT_THROW(AddPairRow(row, two, two, 0.0, one), CheckFailure);
  EXPECT_THROW(AddSegmentMoments(row, std::vector<std::uint32_t>{0, 3}, 0, 0, {one, one, one, one}),
               CheckFailure);
}

}  // namespace
}  // namespace zipflens
