// The activations, compared with their definitions in double, on every instruction set.

#include "zipflens/kernels/activations.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "tests/kernels/target_test.h"

namespace zipflens {
namespace {

class ActivationsTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(ActivationsTest);

constexpr Activation kActivations[] = {Activation::kGelu, Activation::kGeluTanh, Activation::kRelu};

// Every value in [-30, 30] in steps of 1/1024. The error is relative to max(|expected|, floor).
double LargestError(Activation activation, double floor) {
  std::vector<float> found;
  for (int i = -30 * 1024; i <= 30 * 1024; ++i) found.push_back(static_cast<float>(i) / 1024);
  std::vector<float> expected = found;
  ActivateInPlace(activation, {found.data(), 1, found.size()});
  reference::ActivateInPlace(activation, expected);
  double largest = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double error = std::abs(static_cast<double>(found[i]) - expected[i]);
    largest =
        std::max(largest, error / std::max(std::abs(static_cast<double>(expected[i])), floor));
  }
  return largest;
}

TEST_P(ActivationsTest, GeluIsWithinAFewUnitsInTheLastPlace) {
  // |gelu(-4)| is 1.3e-4: errors of larger values are relative, those of smaller ones absolute.
  EXPECT_LT(LargestError(Activation::kGelu, 1.3e-4), 1e-6);
  EXPECT_LT(LargestError(Activation::kGelu, 1.0), 2.5e-7);
}

TEST_P(ActivationsTest, GeluTanhIsWithinAFewUnitsInTheLastPlace) {
  EXPECT_LT(LargestError(Activation::kGeluTanh, 1.3e-4), 2e-6);
  EXPECT_LT(LargestError(Activation::kGeluTanh, 1.0), 2.5e-7);
}

TEST_P(ActivationsTest, ReluIsExact) { EXPECT_EQ(LargestError(Activation::kRelu, 1.0), 0.0); }

TEST_P(ActivationsTest, AwkwardSizesAreCoveredAndNothingBehindThem) {
  constexpr std::size_t kRows = 3;
  for (const std::size_t size : kAwkwardSizes) {
    for (const Activation activation : kActivations) {
      std::vector<float> found = RandomValues(kRows * (size + 1), /*seed=*/1);
      std::vector<float> expected = found;
      ActivateInPlace(activation, {found.data(), kRows, size, size + 1});
      for (std::size_t row = 0; row < kRows; ++row) {
        reference::ActivateInPlace(activation, std::span(expected).subspan(row * (size + 1), size));
        EXPECT_EQ(found[row * (size + 1) + size], expected[row * (size + 1) + size]) << size;
      }
      EXPECT_LT(RelativeError(found, expected), 1e-6) << size;
    }
  }
}

TEST_P(ActivationsTest, NanStaysAndExtremesSaturate) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  for (const Activation activation : kActivations) {
    std::vector<float> values = {kNan, 1e30f, -1e30f, 0.0f};
    ActivateInPlace(activation, {values.data(), 1, values.size()});
    EXPECT_TRUE(std::isnan(values[0]));
    EXPECT_EQ(values[1], 1e30f);
    EXPECT_EQ(values[2], 0.0f);
    EXPECT_EQ(values[3], 0.0f);
  }
}

}  // namespace
}  // namespace zipflens
