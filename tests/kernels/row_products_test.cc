// Products of rows with a vector against plain loops in double, on every target.

#include "zipflens/kernels/row_products.h"

#include <cstddef>
#include <vector>

#include "tests/kernels/target_test.h"

namespace zipflens {
namespace {

class RowProductsTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(RowProductsTest);

TEST_P(RowProductsTest, EqualsDefinitionForAllSizes) {
  constexpr std::size_t kRows = 5;
  for (const std::size_t size : kAwkwardSizes) {
    const std::vector<float> values = RandomValues(kRows * (size + 2), /*seed=*/9);
    const std::vector<float> factors = RandomValues(size, /*seed=*/10);
    const std::vector<double> factor(factors.begin(), factors.end());
    const MatrixView<const float> rows(values.data(), kRows, size, size + 2);
    std::vector<float> found(kRows);
    std::vector<float> expected(kRows);
    RowProductsInto(rows, factor, /*addend=*/-0.75, found);
    reference::RowProductsInto(rows, factor, /*addend=*/-0.75, expected);
    for (std::size_t row = 0; row < kRows; ++row) EXPECT_FLOAT_EQ(found[row], expected[row]);
  }
}

TEST_P(RowProductsTest, HandComputedRows) {
  const std::vector<float> values = {1.0f, 2.0f, 3.0f, 9.0f, 4.0f, 5.0f, 6.0f, 9.0f};
  std::vector<float> found(2);
  RowProductsInto({values.data(), 2, 3, 4}, std::vector<double>{1, 10, -100},
                  /*addend=*/0.5, found);
  EXPECT_EQ(found, (std::vector<float>{-278.5f, -545.5f}));
}

TEST_P(RowProductsTest, SumsAreInDouble) {
  const std::vector<float> values = {1e8f, 1.0f, -1e8f};
  std::vector<float> found(1);
  RowProductsInto({values.data(), 1, 3}, std::vector<double>{1, 1, 1}, /*addend=*/0, found);
  EXPECT_EQ(found[0], 1.0f);
}

}  // namespace
}  // namespace zipflens
