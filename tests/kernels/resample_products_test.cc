// Products with resamples, compared with the plain loop, on every instruction set.

#include "zipflens/kernels/statistics/resample_products.h"

#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"

namespace zipflens {
namespace {

class ResampleProductsTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(ResampleProductsTest);

TEST_P(ResampleProductsTest, RandomProductsEqualThePlainLoop) {
  unsigned seed = 0;
  for (const std::size_t rows : {1U, 3U, 4U, 9U}) {
    for (const std::size_t points : {1U, 127U, 128U, 300U}) {
      for (const std::size_t columns : {1U, 16U, 17U, 64U}) {
        const std::vector<float> values = RandomValues(rows * points, ++seed);
        const std::vector<double> matrix(values.begin(), values.end());
        const std::vector<float> cells = RandomValues(points * columns, ++seed);
        ResamplePanels panels(points, columns);
        for (std::size_t k = 0; k < points; ++k) {
          for (std::size_t c = 0; c < columns; ++c) panels(k, c) = cells[k * columns + c];
        }
        const std::size_t width = panels.padded_columns();
        std::vector<double> found(rows * width, 7.0);
        std::vector<double> expected(rows * width);
        ResampleProductInto({matrix.data(), rows, points}, panels, {found.data(), rows, width});
        reference::ResampleProductInto({matrix.data(), rows, points}, panels,
                                       {expected.data(), rows, width});
        for (std::size_t cell = 0; cell < found.size(); ++cell) {
          ASSERT_NEAR(found[cell], expected[cell], 1e-12 * static_cast<double>(points + 10));
        }
        for (std::size_t c = columns; c < width; ++c) EXPECT_EQ(found[c], 0.0);
      }
    }
  }
}

TEST_P(ResampleProductsTest, OtherShapesAreACallersBug) {
  const ResamplePanels panels(2, 3);
  const std::vector<double> matrix(3);
  std::vector<double> product(16);
  EXPECT_THROW(ResampleProductInto({matrix.data(), 1, 3}, panels, {product.data(), 1, 16}),
               CheckFailure);
  EXPECT_THROW(ResampleProductInto({matrix.data(), 1, 2}, panels, {product.data(), 1, 15}),
               CheckFailure);
}

}  // namespace
}  // namespace zipflens
