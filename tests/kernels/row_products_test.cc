// Products of rows with a vector, compared with plain loops in double, on every instruction set.

#include "zipflens/kernels/statistics/row_products.h"

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
    for (const std::size_t num_parts : {1, 3}) {
      const std::size_t cols = num_parts * size;
      const std::vector<float> values = RandomValues(kRows * (cols + 2), /*seed=*/9);
      const std::vector<float> factors = RandomValues(cols, /*seed=*/10);
      const std::vector<double> factor(factors.begin(), factors.end());
      const std::vector<double> addends(num_parts, -0.75);
      const MatrixView<const float> rows(values.data(), kRows, cols, cols + 2);
      std::vector<float> found(num_parts * (kRows + 1), 7.0f);
      std::vector<float> expected = found;
      RowProductsInto(rows, factor, addends, {found.data(), num_parts, kRows, kRows + 1});
      reference::RowProductsInto(rows, factor, addends,
                                 {expected.data(), num_parts, kRows, kRows + 1});
      for (std::size_t k = 0; k < found.size(); ++k) EXPECT_FLOAT_EQ(found[k], expected[k]);
    }
  }
}

TEST_P(RowProductsTest, HandComputedRows) {
  const std::vector<float> values = {1.0f, 2.0f, 3.0f, 9.0f, 4.0f, 5.0f, 6.0f, 9.0f};
  std::vector<float> found(2);
  RowProductsInto({values.data(), 2, 3, 4}, std::vector<double>{1, 10, -100},
                  std::vector<double>{0.5}, {found.data(), 1, 2});
  EXPECT_EQ(found, (std::vector<float>{-278.5f, -545.5f}));
}

TEST_P(RowProductsTest, PartsHaveTheirOwnProducts) {
  const std::vector<float> values = {1.0f, 2.0f, 3.0f, 9.0f};
  std::vector<float> found(2);
  RowProductsInto({values.data(), 1, 4}, std::vector<double>{1, 10, -100, 2},
                  std::vector<double>{0.5, -1}, {found.data(), 2, 1});
  EXPECT_EQ(found, (std::vector<float>{21.5f, -283.0f}));
}

TEST_P(RowProductsTest, SumsAreInDouble) {
  const std::vector<float> values = {1e8f, 1.0f, -1e8f};
  std::vector<float> found(1);
  RowProductsInto({values.data(), 1, 3}, std::vector<double>{1, 1, 1}, std::vector<double>{0},
                  {found.data(), 1, 1});
  EXPECT_EQ(found[0], 1.0f);
}

}  // namespace
}  // namespace zipflens
