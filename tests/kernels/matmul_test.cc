// Dense layers against plain loops in double, on every target and in every precision.

#include "zipflens/kernels/products/matmul.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <thread>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"
#include "zipflens/kernels/products/bfloat16.h"
#include "zipflens/kernels/products/bfloat16_tile_product.h"

namespace zipflens {
namespace {

class MatmulTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(MatmulTest);

struct Shape {
  std::size_t m, n, k;
};
// Vectors, odd sizes, more than a block of rows, less and more than one pass of 512, and the sizes
// of a small BERT.
constexpr Shape kShapes[] = {{1, 1, 1},      {1, 7, 5},     {7, 1, 3},       {7, 7, 24},
                             {33, 65, 17},   {128, 96, 32}, {129, 384, 384}, {205, 40, 513},
                             {12, 32, 1100}, {301, 70, 600}};

TEST_P(MatmulTest, PackedLinearEqualsPlainLoops) {
  MatmulContext context;
  for (const auto& [m, n, k] : kShapes) {
    const std::vector<float> x = RandomValues(m * (k + 2), /*seed=*/1);
    const std::vector<float> weight = RandomValues(n * k, /*seed=*/2);
    const std::vector<float> bias = RandomValues(n, /*seed=*/3);
    std::vector<float> found(m * (n + 1), 9.0f);
    std::vector<float> expected = found;
    const PackedLinear linear({weight.data(), n, k}, bias);
    EXPECT_EQ(linear.out_size(), n);
    EXPECT_EQ(linear.in_size(), k);
    context.LinearInto(linear, {x.data(), m, k, k + 2}, std::nullopt, {found.data(), m, n, n + 1});
    reference::LinearInto({weight.data(), n, k}, bias, {x.data(), m, k, k + 2},
                          {expected.data(), m, n, n + 1});
    EXPECT_LT(RelativeError(found, expected), 1e-6) << m << " " << n << " " << k;
    EXPECT_EQ(found[n], 9.0f) << "what lies between strided rows is left alone";
  }
}

TEST_P(MatmulTest, ActivationIsAppliedToTheWholeSum) {
  constexpr std::size_t m = 14, n = 35, k = 700;
  MatmulContext context;
  const std::vector<float> x = RandomValues(m * k, /*seed=*/1, /*deviation=*/0.1f);
  const std::vector<float> weight = RandomValues(n * k, /*seed=*/2);
  const std::vector<float> bias = RandomValues(n, /*seed=*/3);
  const PackedLinear linear({weight.data(), n, k}, bias);
  for (const Activation activation :
       {Activation::kGelu, Activation::kGeluTanh, Activation::kRelu}) {
    std::vector<float> found(m * n);
    std::vector<float> expected(m * n);
    context.LinearInto(linear, {x.data(), m, k}, activation, {found.data(), m, n});
    reference::LinearInto({weight.data(), n, k}, bias, {x.data(), m, k}, {expected.data(), m, n});
    reference::ActivateInPlace(activation, expected);
    EXPECT_LT(RelativeError(found, expected), 1e-6);
  }
}

TEST_P(MatmulTest, TheFirstColumnsAloneAreTheSameBytes) {
  constexpr std::size_t m = 20, n = 90, k = 40;
  MatmulContext context;
  const std::vector<float> x = RandomValues(m * k, /*seed=*/1);
  const std::vector<float> weight = RandomValues(n * k, /*seed=*/2);
  const PackedLinear linear({weight.data(), n, k}, std::vector<float>(n, 0.5f));
  std::vector<float> all(m * n);
  context.LinearInto(linear, {x.data(), m, k}, std::nullopt, {all.data(), m, n});
  for (const std::size_t cols : {1, 31, 32, 64, 89}) {
    std::vector<float> some(m * n, 9.0f);
    context.LinearInto(linear, {x.data(), m, k}, std::nullopt, {some.data(), m, cols, n});
    for (std::size_t i = 0; i < m * n; ++i) EXPECT_EQ(some[i], i % n < cols ? all[i] : 9.0f);
  }
}

TEST_P(MatmulTest, LayersOfOneShapeKeepTheirOwnWeightsAndBiases) {
  MatmulContext context;
  const std::vector<float> x = {1.0f, 2.0f};
  std::optional<PackedLinear> linear;
  for (const float value : {1.0f, 2.0f, 3.0f}) {
    const std::vector<float> weight(4, value);
    linear.emplace(MatrixView<const float>(weight.data(), 2, 2), std::vector<float>{value, -value});
    std::vector<float> y(2);
    context.LinearInto(*linear, {x.data(), 1, 2}, std::nullopt, {y.data(), 1, 2});
    EXPECT_EQ(y, (std::vector<float>{4 * value, 2 * value}));
  }
}

// Operands rounded to bfloat16, summed in double.
void ExpectEqualsRoundedOperands(Precision precision) {
  MatmulContext context;
  for (const auto& [m, n, k] : kShapes) {
    std::vector<float> x = RandomValues(m * k, /*seed=*/1);
    std::vector<float> weight = RandomValues(n * k, /*seed=*/2);
    const std::vector<float> bias = RandomValues(n, /*seed=*/3);
    const PackedLinear linear({weight.data(), n, k}, bias, precision);
    std::vector<float> found(m * n);
    context.LinearInto(linear, {x.data(), m, k}, std::nullopt, {found.data(), m, n});
    reference::RoundToBfloat16InPlace(x);
    reference::RoundToBfloat16InPlace(weight);
    std::vector<float> expected(m * n);
    reference::LinearInto({weight.data(), n, k}, bias, {x.data(), m, k}, {expected.data(), m, n});
    EXPECT_LT(RelativeError(found, expected), 1e-6) << m << " " << n << " " << k;
  }
}

TEST_P(MatmulTest, EmulatedBfloat16RoundsItsOperands) {
  ExpectEqualsRoundedOperands(Precision::kEmulatedBfloat16);
}

TEST(Bfloat16ProductTest, EqualsRoundedOperands) {
  if (!HasBfloat16Products()) GTEST_SKIP() << "this machine does not multiply bfloat16";
  // By AMX if present, and by AVX-512 BF16.
  for (const bool with_our_tiles : {true, false}) {
    amx::SetAllowed(with_our_tiles);
    ExpectEqualsRoundedOperands(Precision::kBfloat16);
  }
  amx::SetAllowed(true);
}

TEST(MatmulThreadTest, SameBytesInEveryThread) {
  const std::size_t size = 200;
  const std::vector<float> values = RandomValues(size * size, /*seed=*/7);
  const PackedLinear linear({values.data(), size, size}, std::vector<float>(size, 0.5f));
  std::vector<std::vector<float>> results(3, std::vector<float>(size * size));
  std::vector<std::thread> threads;
  for (std::vector<float>& result : results) {
    threads.emplace_back([&] {
      MatmulContext context;
      context.LinearInto(linear, {values.data(), size, size}, std::nullopt,
                         {result.data(), size, size});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST(MatmulThreadTest, ShapesThatDoNotFitAreACallersBug) {
  MatmulContext context;
  std::vector<float> a(6);
  const PackedLinear linear({a.data(), 2, 3}, std::vector<float>(2));
  EXPECT_THROW(context.LinearInto(linear, {a.data(), 3, 2}, std::nullopt, {a.data(), 3, 2}),
               CheckFailure);
  EXPECT_THROW(context.LinearInto(linear, {a.data(), 2, 3}, std::nullopt, {a.data(), 2, 3}),
               CheckFailure);
}

}  // namespace
}  // namespace zipflens
