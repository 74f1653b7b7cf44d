// Products of bfloat16, on AMX and by AVX-512 BF16 alone, against sums in double of the same
// rounded operands.

#include "zipflens/kernels/products/bfloat16_tile_product.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/aligned_buffer.h"
#include "zipflens/kernels/products/bfloat16.h"
#include "zipflens/kernels/products/bfloat16_tiles.h"
#include "zipflens/kernels/products/matmul.h"

namespace zipflens {
namespace {

// The parameter: whether AMX may be used.
class Bfloat16TileProductTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (!HasBfloat16Products()) GTEST_SKIP() << "this machine does not multiply bfloat16";
    amx::SetAllowed(GetParam());
    if (GetParam() && !amx::IsAvailable()) GTEST_SKIP() << "this machine has no AMX";
  }
  void TearDown() override { amx::SetAllowed(true); }
};
INSTANTIATE_TEST_SUITE_P(, Bfloat16TileProductTest, testing::Bool(),
                         [](const auto& tested) { return tested.param ? "Amx" : "Avx512Bf16"; });

struct Shape {
  std::size_t rows, depth, cols;
};
// One; less and more than a step, a tile, a group of rows, a panel, a pass of 1,024, a block of
// 512.
constexpr Shape kShapes[] = {{1, 1, 1},     {16, 32, 16},  {17, 33, 31},  {40, 70, 33},
                             {33, 1024, 5}, {5, 1025, 64}, {20, 2100, 9}, {530, 40, 40}};
constexpr std::size_t kGap = 3;  // columns between rows of x and y
constexpr float kUntouched = 9.0f;

// y [rows, cols + kGap] of x [rows, depth + kGap] and a layer's weight [cols, depth].
std::vector<float> Multiply(const std::vector<float>& x, const std::vector<float>& weight,
                            const std::vector<float>& bias, const Shape& shape,
                            std::optional<Activation> activation = std::nullopt) {
  AlignedBuffer<std::byte> tiles(Bfloat16TilesSize(shape.depth, shape.cols));
  PackBfloat16TilesTransposed({weight.data(), shape.cols, shape.depth}, tiles.data());
  std::vector<float> padded_bias = bias;
  padded_bias.resize((shape.cols + kBfloat16PanelCols - 1) / kBfloat16PanelCols *
                     kBfloat16PanelCols);
  Bfloat16TileScratch scratch;
  std::vector<float> y(shape.rows * (shape.cols + kGap), kUntouched);
  Bfloat16TileProductInto({x.data(), shape.rows, shape.depth, shape.depth + kGap}, tiles.data(),
                          padded_bias.data(), activation, scratch,
                          {y.data(), shape.rows, shape.cols, shape.cols + kGap});
  return y;
}

TEST_P(Bfloat16TileProductTest, EqualsRoundedOperands) {
  for (const Shape& shape : kShapes) {
    std::vector<float> x = RandomValues(shape.rows * (shape.depth + kGap), /*seed=*/1);
    std::vector<float> weight = RandomValues(shape.cols * shape.depth, /*seed=*/2);
    const std::vector<float> bias = RandomValues(shape.cols, /*seed=*/3);
    for (const std::optional<Activation> activation :
         {std::optional<Activation>(), std::optional(Activation::kGelu)}) {
      const std::vector<float> found = Multiply(x, weight, bias, shape, activation);
      reference::RoundToBfloat16InPlace(x);
      reference::RoundToBfloat16InPlace(weight);
      std::vector<float> expected(shape.rows * shape.cols);
      reference::LinearInto({weight.data(), shape.cols, shape.depth}, bias,
                            {x.data(), shape.rows, shape.depth, shape.depth + kGap},
                            {expected.data(), shape.rows, shape.cols});
      if (activation.has_value()) reference::ActivateInPlace(*activation, expected);
      std::vector<float> values;
      for (std::size_t i = 0; i < found.size(); ++i) {
        if (i % (shape.cols + kGap) < shape.cols) {
          values.push_back(found[i]);
        } else {
          EXPECT_EQ(found[i], kUntouched) << i;
        }
      }
      EXPECT_LT(RelativeError(values, expected), 2e-6)
          << shape.rows << " " << shape.depth << " " << shape.cols;
    }
  }
}

TEST_P(Bfloat16TileProductTest, RowsDoNotDependOnOtherRows) {
  constexpr Shape kShape = {70, 90, 35};
  const std::vector<float> x = RandomValues(kShape.rows * (kShape.depth + kGap), /*seed=*/4);
  const std::vector<float> weight = RandomValues(kShape.cols * kShape.depth, /*seed=*/5);
  const std::vector<float> bias = RandomValues(kShape.cols, /*seed=*/6);
  const std::vector<float> all = Multiply(x, weight, bias, kShape);
  for (const std::size_t row : {0, 15, 16, 31, 32, 69}) {
    const auto first = x.begin() + static_cast<std::ptrdiff_t>(row * (kShape.depth + kGap));
    const std::vector<float> alone(first, first + kShape.depth);
    const std::vector<float> y = Multiply(alone, weight, bias, {1, kShape.depth, kShape.cols});
    for (std::size_t col = 0; col < kShape.cols; ++col) {
      EXPECT_EQ(y[col], all[row * (kShape.cols + kGap) + col]) << row << " " << col;
    }
  }
}

TEST_P(Bfloat16TileProductTest, NanStaysInItsRow) {
  constexpr Shape kShape = {40, 50, 3};
  std::vector<float> x(kShape.rows * (kShape.depth + kGap), 1.0f);
  x[20 * (kShape.depth + kGap) + 7] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> weight(kShape.cols * kShape.depth, 1.0f);
  const std::vector<float> y = Multiply(x, weight, std::vector<float>(kShape.cols), kShape);
  for (std::size_t row = 0; row < kShape.rows; ++row) {
    const float value = y[row * (kShape.cols + kGap)];
    EXPECT_TRUE(row == 20 ? std::isnan(value) : value == 50.0f) << row << ": " << value;
  }
}

}  // namespace
}  // namespace zipflens
