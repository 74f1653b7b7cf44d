// LayerNorm with and without a residual, compared with plain loops in double, on every instruction
// set.

#include "zipflens/kernels/layer_norm.h"

#include <vector>

#include "tests/kernels/target_test.h"

namespace zipflens {
namespace {

class LayerNormTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(LayerNormTest);

TEST_P(LayerNormTest, EqualsDefinitionForAllSizes) {
  for (const std::size_t size : kAwkwardSizes) {
    std::vector<float> found = RandomValues(4 * size, /*seed=*/4, /*deviation=*/2.0f);
    for (float& value : found) value += 3.0f;
    std::vector<float> expected = found;
    const std::vector<float> weight = RandomValues(size, /*seed=*/5);
    const std::vector<float> bias = RandomValues(size, /*seed=*/6);
    LayerNormRowsInPlace({found.data(), 4, size}, weight, bias, /*epsilon=*/1e-12);
    reference::LayerNormRowsInPlace({expected.data(), 4, size}, weight, bias, /*epsilon=*/1e-12);
    EXPECT_LT(RelativeError(found, expected), 1e-6) << size;
  }
}

TEST_P(LayerNormTest, EpsilonKeepsAConstantRowFinite) {
  std::vector<float> row(24, 5.0f);
  const std::vector<float> weight(24, 2.0f);
  const std::vector<float> bias(24, -1.0f);
  LayerNormRowsInPlace({row.data(), 1, row.size()}, weight, bias, /*epsilon=*/1e-12);
  EXPECT_EQ(row, bias);
}

TEST_P(LayerNormTest, HandComputedRow) {
  std::vector<float> row = {1.0f, 3.0f};  // mean 2, population variance 1
  LayerNormRowsInPlace({row.data(), 1, 2}, std::vector<float>{10.0f, 10.0f},
                       std::vector<float>{0.5f, 0.25f}, /*epsilon=*/3.0);  // deviation 2
  EXPECT_EQ(row, (std::vector<float>{-4.5f, 5.25f}));
}

TEST_P(LayerNormTest, AddendIsAddedFirst) {
  for (const std::size_t size : kAwkwardSizes) {
    const std::size_t stride = size + 3;
    std::vector<float> found = RandomValues(3 * stride, /*seed=*/7);
    std::vector<float> expected = found;
    const std::vector<float> addend = RandomValues(3 * size, /*seed=*/8);
    const std::vector<float> weight = RandomValues(size, /*seed=*/5);
    const std::vector<float> bias = RandomValues(size, /*seed=*/6);
    AddLayerNormRowsInPlace({found.data(), 3, size, stride}, {addend.data(), 3, size}, weight, bias,
                            /*epsilon=*/1e-5);
    for (std::size_t row = 0; row < 3; ++row) {
      for (std::size_t k = 0; k < size; ++k) expected[row * stride + k] += addend[row * size + k];
    }
    reference::LayerNormRowsInPlace({expected.data(), 3, size, stride}, weight, bias,
                                    /*epsilon=*/1e-5);
    EXPECT_LT(RelativeError(found, expected), 1e-6) << size;
    EXPECT_EQ(found[size], expected[size]) << "what lies between strided rows is left alone";
  }
}

}  // namespace
}  // namespace zipflens
