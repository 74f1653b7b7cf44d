// Matrix products against plain loops in double.

#include "zipflens/kernels/matmul.h"

#include <cstddef>
#include <optional>
#include <thread>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"

namespace zipflens {
namespace {

struct Shape {
  std::size_t m, n, k;
};
// Vectors, odd sizes, head size 24, and the sizes of a small BERT.
constexpr Shape kShapes[] = {{1, 1, 1},    {1, 7, 5},     {7, 1, 3},      {7, 7, 24},
                             {33, 65, 17}, {128, 96, 32}, {129, 384, 384}};

TEST(MatmulTest, PackedLinearEqualsPlainLoops) {
  MatmulContext context;
  for (const auto& [m, n, k] : kShapes) {
    const std::vector<float> x = RandomValues(m * (k + 2), /*seed=*/1);
    const std::vector<float> weight = RandomValues(n * k, /*seed=*/2);
    const std::vector<float> bias = RandomValues(n, /*seed=*/3);
    std::vector<float> found(m * (n + 1), 9.0f);
    std::vector<float> expected = found;
    const PackedLinear linear({weight.data(), n, k}, bias, /*expected_rows=*/64);
    EXPECT_EQ(linear.out_size(), n);
    EXPECT_EQ(linear.in_size(), k);
    context.LinearInto(linear, {x.data(), m, k, k + 2}, {found.data(), m, n, n + 1});
    reference::LinearInto({weight.data(), n, k}, bias, {x.data(), m, k, k + 2},
                          {expected.data(), m, n, n + 1});
    EXPECT_LT(RelativeError(found, expected), 1e-6) << m << " " << n << " " << k;
    EXPECT_EQ(found[n], 9.0f) << "what lies between strided rows is left alone";
  }
}

TEST(MatmulTest, LayersOfOneShapeKeepTheirOwnWeightsAndBiases) {
  MatmulContext context;
  const std::vector<float> x = {1.0f, 2.0f};
  std::optional<PackedLinear> linear;
  for (const float value : {1.0f, 2.0f, 3.0f}) {
    const std::vector<float> weight(4, value);
    linear.emplace(MatrixView<const float>(weight.data(), 2, 2), std::vector<float>{value, -value},
                   /*expected_rows=*/1);
    std::vector<float> y(2);
    context.LinearInto(*linear, {x.data(), 1, 2}, {y.data(), 1, 2});
    EXPECT_EQ(y, (std::vector<float>{4 * value, 2 * value}));
  }
}

TEST(MatmulTest, ProductsOfStridedOperandsEqualPlainLoops) {
  MatmulContext context;
  for (const auto& [m, n, k] : kShapes) {
    const std::vector<float> a = RandomValues(m * 3 * k, /*seed=*/4);
    const std::vector<float> b = RandomValues(n * 3 * k, /*seed=*/5);
    const std::vector<float> c = RandomValues(k * (n + 5), /*seed=*/6);
    std::vector<float> found(m * n);
    std::vector<float> expected(m * n);
    context.ProductTransposedInto({a.data() + k, m, k, 3 * k}, {b.data() + 2 * k, n, k, 3 * k},
                                  {found.data(), m, n});
    reference::ProductTransposedInto({a.data() + k, m, k, 3 * k}, {b.data() + 2 * k, n, k, 3 * k},
                                     {expected.data(), m, n});
    EXPECT_LT(RelativeError(found, expected), 1e-6) << m << " " << n << " " << k;
    context.ProductInto({a.data(), m, k, 3 * k}, {c.data() + 5, k, n, n + 5}, {found.data(), m, n});
    reference::ProductInto({a.data(), m, k, 3 * k}, {c.data() + 5, k, n, n + 5},
                           {expected.data(), m, n});
    EXPECT_LT(RelativeError(found, expected), 1e-6) << m << " " << n << " " << k;
  }
}

TEST(MatmulTest, SameBytesInEveryThread) {
  const std::size_t size = 200;
  const std::vector<float> values = RandomValues(size * size, /*seed=*/7);
  const PackedLinear linear({values.data(), size, size}, std::vector<float>(size, 0.5f), size);
  std::vector<std::vector<float>> results(3, std::vector<float>(size * size));
  std::vector<std::thread> threads;
  for (std::vector<float>& result : results) {
    threads.emplace_back([&] {
      MatmulContext context;
      context.LinearInto(linear, {values.data(), size, size}, {result.data(), size, size});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST(MatmulTest, ShapesThatDoNotFitAreACallersBug) {
  MatmulContext context;
  std::vector<float> a(6);
  EXPECT_THROW(context.ProductInto({a.data(), 2, 3}, {a.data(), 2, 3}, {a.data(), 2, 3}),
               CheckFailure);
  EXPECT_THROW(context.ProductTransposedInto({a.data(), 2, 3}, {a.data(), 3, 2}, {a.data(), 2, 3}),
               CheckFailure);
}

}  // namespace
}  // namespace zipflens
