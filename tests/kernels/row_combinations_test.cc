// Linear combinations of rows, compared with plain loops, on every instruction set.

#include "zipflens/kernels/statistics/row_combinations.h"

#include <cstddef>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"

namespace zipflens {
namespace {

class RowCombinationsTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(RowCombinationsTest);

std::vector<double> RandomDoubles(std::size_t size, unsigned seed) {
  const std::vector<float> values = RandomValues(size, seed);
  return {values.begin(), values.end()};
}

TEST_P(RowCombinationsTest, EqualPlainLoops) {
  for (const std::size_t cols : kAwkwardSizes) {
    for (const std::size_t rows : {0, 1, 5, 100}) {
      const std::size_t stride = cols + 3;
      const std::vector<double> values = RandomDoubles(rows * stride + 1, /*seed=*/1);
      const std::vector<double> left_factors = RandomDoubles(rows, /*seed=*/2);
      const std::vector<double> right_factors = RandomDoubles(rows, /*seed=*/3);
      const MatrixView<const double> view(values.data(), rows, cols, stride);
      std::vector<double> left(cols, 9.0);
      std::vector<double> right(cols, 9.0);
      std::vector<double> expected_left = left;
      std::vector<double> expected_right = right;
      CombineRowsInto(view, left_factors, right_factors, left, right);
      reference::CombineRowsInto(view, left_factors, right_factors, expected_left, expected_right);
      for (std::size_t col = 0; col < cols; ++col) {
        EXPECT_NEAR(left[col], expected_left[col], 1e-12) << rows << " " << cols;
        EXPECT_NEAR(right[col], expected_right[col], 1e-12) << rows << " " << cols;
      }
    }
  }
}

TEST_P(RowCombinationsTest, SpansOfDifferentSizesAreACallersBug) {
  const std::vector<double> values(6, 1.0);
  std::vector<double> out(3);
  const MatrixView<const double> view(values.data(), 2, 3);
  EXPECT_THROW(CombineRowsInto(view, out, std::vector<double>(2), out, out), CheckFailure);
  EXPECT_THROW(CombineRowsInto(view, std::vector<double>(2), std::vector<double>(2), out,
                               std::span(out).first(2)),
               CheckFailure);
}

}  // namespace
}  // namespace zipflens
