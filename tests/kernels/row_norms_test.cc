// Row norms, compared with plain loops in double, on every instruction set.

#include "zipflens/kernels/statistics/row_norms.h"

#include <cmath>
#include <limits>
#include <vector>

#include "tests/kernels/target_test.h"

namespace zipflens {
namespace {

class RowNormsTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(RowNormsTest);

TEST_P(RowNormsTest, EqualsDefinitionForAllSizesAndScales) {
  for (const std::size_t size : kAwkwardSizes) {
    for (const float scale : {1e-30f, 1.0f, 1e30f}) {
      const std::vector<float> values = RandomValues(3 * (size + 2), /*seed=*/9, scale);
      const MatrixView<const float> rows(values.data(), 3, size, size + 2);
      std::vector<float> found(3);
      std::vector<float> expected(3);
      RowLogNormsInto(rows, found);
      reference::RowLogNormsInto(rows, expected);
      for (std::size_t row = 0; row < 3; ++row) EXPECT_FLOAT_EQ(found[row], expected[row]) << size;
    }
  }
}

TEST_P(RowNormsTest, HandComputedRows) {
  const std::vector<float> values = {3.0f, 4.0f, 0.0f, 0.0f};
  std::vector<float> found(2);
  RowLogNormsInto({values.data(), 2, 2}, found);
  EXPECT_FLOAT_EQ(found[0], std::log(5.0f));
  EXPECT_EQ(found[1], -std::numeric_limits<float>::infinity());
}

}  // namespace
}  // namespace zipflens
