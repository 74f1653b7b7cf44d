// Products of three bfloat16 parts on AMX: as exact as float32, row by row, and equal to the kernel
// that multiplies floats.

#include "zipflens/kernels/products/split_product.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/aligned_buffer.h"
#include "zipflens/kernels/products/panel_product.h"
#include "zipflens/kernels/products/panels.h"

namespace zipflens {
namespace {

class SplitProductTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!HasSplitProducts()) GTEST_SKIP() << "this machine has no AMX";
  }
};

using ProductFunction = std::vector<float> (*)(const std::vector<float>& x,
                                               const std::vector<float>& b, std::size_t depth,
                                               std::size_t cols);

// The product of x [rows, depth] and b [depth, cols], without a bias, by one of the kernels.
template <class Scratch, auto kProductInto>
std::vector<float> Multiply(const std::vector<float>& x, const std::vector<float>& b,
                            std::size_t depth, std::size_t cols) {
  const std::size_t rows = x.size() / depth;
  AlignedBuffer<float> panels(PanelsSize(depth, cols));
  PackPanels({b.data(), depth, cols}, panels.data());
  const std::vector<float> bias(PanelsSize(1, cols), 0.0f);
  std::vector<float> y(rows * cols);
  Scratch scratch;
  kProductInto({x.data(), rows, depth}, panels.data(), bias.data(), std::nullopt, scratch,
               {y.data(), rows, cols});
  return y;
}
constexpr ProductFunction kSplitProduct = Multiply<SplitProductScratch, SplitProductInto>;
constexpr ProductFunction kPanelProduct = Multiply<PanelProductScratch, PanelProductInto>;

std::vector<double> PlainProduct(const std::vector<float>& x, const std::vector<float>& b,
                                 std::size_t depth, std::size_t cols) {
  std::vector<double> y(x.size() / depth * cols);
  for (std::size_t i = 0; i < y.size(); ++i) {
    for (std::size_t k = 0; k < depth; ++k) {
      y[i] += static_cast<double>(x[i / cols * depth + k]) * b[k * cols + i % cols];
    }
  }
  return y;
}

// The root mean square of the errors, each divided by the sum of the sizes of its products.
double RelativeError(const std::vector<float>& found, const std::vector<double>& expected,
                     const std::vector<double>& sizes) {
  double sum = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double error = (found[i] - expected[i]) / sizes[i];
    sum += error * error;
  }
  return std::sqrt(sum / static_cast<double>(found.size()));
}

std::vector<float> Absolute(std::vector<float> values) {
  for (float& value : values) value = std::abs(value);
  return values;
}

// Floats from 2^-40 to 2^40, with every bit of their significands at random.
std::vector<float> RandomFloats(std::size_t size, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<float> values(size);
  for (float& value : values) {
    const std::uint32_t bits = static_cast<std::uint32_t>(generator());
    const std::uint32_t exponent = 127 - 40 + (bits >> 23 & 0xFF) % 81;
    value = std::bit_cast<float>((bits & 0x807FFFFFU) | exponent << 23);
  }
  return values;
}

TEST_F(SplitProductTest, ThreePartsAreTheWholeFloat) {
  constexpr std::size_t kRows = 50, kSize = 70;
  const std::vector<float> values = RandomFloats(kRows * kSize, /*seed=*/1);
  std::vector<float> identity(kSize * kSize, 0.0f);
  for (std::size_t i = 0; i < kSize; ++i) identity[i * kSize + i] = 1.0f;
  EXPECT_EQ(kSplitProduct(values, identity, kSize, kSize), values);

  const std::vector<float> weights = RandomFloats(kSize * kSize, /*seed=*/2);
  EXPECT_EQ(kSplitProduct(identity, weights, kSize, kSize), weights);
}

// The claim of the header: the results are at least as accurate as those of float32 multiply-adds.
TEST_F(SplitProductTest, ErrorsAreAtMostThoseOfFloats) {
  constexpr std::size_t kRows = 40, kCols = 45;
  for (const std::size_t depth : {20, 64, 384, 1024, 4096}) {
    const auto check = [&](const std::vector<float>& x, const std::vector<float>& b,
                           const char* what) {
      const std::vector<double> exact = PlainProduct(x, b, depth, kCols);
      const std::vector<double> sizes = PlainProduct(Absolute(x), Absolute(b), depth, kCols);
      EXPECT_LE(RelativeError(kSplitProduct(x, b, depth, kCols), exact, sizes),
                RelativeError(kPanelProduct(x, b, depth, kCols), exact, sizes))
          << what << ", depth " << depth;
    };
    std::vector<float> x = RandomValues(kRows * depth, /*seed=*/3);
    std::vector<float> b = RandomValues(depth * kCols, /*seed=*/4);
    check(x, b, "normal");
    x = Absolute(x);
    b = Absolute(b);
    check(x, b, "of one sign");
    for (float& value : x) value = std::exp(5 * value);
    check(x, b, "of many sizes");
    // Sums that cancel almost completely.
    for (std::size_t i = 0; i + 1 < x.size(); i += 2) x[i + 1] = -x[i] * 1.0001f;
    for (std::size_t k = 0; k + 1 < depth; k += 2) {
      std::copy_n(b.data() + k * kCols, kCols, b.data() + (k + 1) * kCols);
    }
    check(x, b, "cancelling");
  }
}

TEST_F(SplitProductTest, ARowIsTheSameBytesAmongAnyRows) {
  constexpr std::size_t kRows = 300, kDepth = 530, kCols = 40;
  const std::vector<float> x = RandomValues(kRows * kDepth, /*seed=*/5);
  const std::vector<float> b = RandomValues(kDepth * kCols, /*seed=*/6);
  const std::vector<float> all = kSplitProduct(x, b, kDepth, kCols);
  for (const std::size_t rows : {1, 15, 16, 17, 32, 33, 100, 257}) {
    for (const std::size_t first : {std::size_t{0}, kRows - rows}) {
      const auto begin = x.begin() + static_cast<std::ptrdiff_t>(first * kDepth);
      const std::vector<float> some(begin, begin + static_cast<std::ptrdiff_t>(rows * kDepth));
      const std::vector<float> found = kSplitProduct(some, b, kDepth, kCols);
      EXPECT_TRUE(std::equal(found.begin(), found.end(), all.data() + first * kCols)) << rows;
    }
  }
}

TEST_F(SplitProductTest, WhatIsNotFiniteBecomesNanInItsRowAlone) {
  constexpr std::size_t kDepth = 60, kCols = 35;
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::bit_cast<float>(0x7F800001U),
        std::bit_cast<float>(0xFFFFFFFFU), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    std::vector<float> x = RandomValues(3 * kDepth, /*seed=*/7);
    x[kDepth + 37] = value;
    const std::vector<float> y =
        kSplitProduct(x, RandomValues(kDepth * kCols, /*seed=*/8), kDepth, kCols);
    for (std::size_t i = 0; i < y.size(); ++i) EXPECT_EQ(std::isnan(y[i]), i / kCols == 1) << i;
  }
}

TEST_F(SplitProductTest, SubnormalPartsAreLostAndNothingElse) {
  const std::vector<float> x = {std::numeric_limits<float>::denorm_min() * 1000,
                                std::numeric_limits<float>::min()};
  const std::vector<float> y = kSplitProduct(x, {1.0f}, 1, 1);
  EXPECT_NEAR(y[0], x[0], 1.2e-38);
  EXPECT_NEAR(y[1], x[1], 1e-40);
}

TEST_F(SplitProductTest, ThreadsDoNotSeeEachOthersTiles) {
  constexpr std::size_t kRows = 200, kDepth = 200, kCols = 96;
  const std::vector<float> x = RandomValues(kRows * kDepth, /*seed=*/9);
  const std::vector<float> b = RandomValues(kDepth * kCols, /*seed=*/10);
  const std::vector<float> expected = kSplitProduct(x, b, kDepth, kCols);
  std::vector<std::vector<float>> results(4);
  std::vector<std::thread> threads;
  for (std::vector<float>& result : results) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) result = kSplitProduct(x, b, kDepth, kCols);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<float>& result : results) EXPECT_EQ(result, expected);
}

}  // namespace
}  // namespace zipflens
