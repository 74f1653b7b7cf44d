// Tests that run on every instruction set that this machine and this build have.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "hwy/highway.h"
#include "zipflens/kernels/products/amx_tiles.h"

namespace zipflens {

/// Means everything the machine has, as in SetSupportedTargetsForTest.
inline constexpr std::int64_t kAllTargets = 0;

/// Makes the kernels use this target, one of TestedTargets, from now on.
inline void UseTarget(std::int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  amx::SetAllowed(target == kAllTargets);
}

/// Highway's targets that this machine and this build have, each alone, and all of them together
/// with AMX if it is present.
inline std::vector<std::int64_t> TestedTargets() {
  std::vector<std::int64_t> targets = hwy::SupportedAndGeneratedTargets();
  if (amx::IsAvailable()) targets.push_back(kAllTargets);
  return targets;
}

/// A test whose parameter is one of TestedTargets. Kernels use that target while it runs.
class TargetTest : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { UseTarget(GetParam()); }
  void TearDown() override { UseTarget(kAllTargets); }
};

inline std::string TestedTargetName(std::int64_t target) {
  return target == kAllTargets ? "AMX" : hwy::TargetName(target);
}
inline std::string TargetTestName(const testing::TestParamInfo<std::int64_t>& info) {
  return TestedTargetName(info.param);
}

#define ZIPFLENS_INSTANTIATE_TARGET_TEST(suite) \
  INSTANTIATE_TEST_SUITE_P(, suite, testing::ValuesIn(TestedTargets()), TargetTestName)

/// `size` normal values with this standard deviation; the same values for the same seed.
inline std::vector<float> RandomValues(std::size_t size, unsigned seed, float deviation = 1.0f) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal(0.0f, deviation);
  std::vector<float> values(size);
  for (float& value : values) value = normal(generator);
  return values;
}

/// Sizes around the vector sizes of all targets: zero, one lane, one lane less and more than a
/// vector, many.
inline const std::vector<std::size_t> kAwkwardSizes = {1,  2,  3,  4,  5,  7,  8,  9,   15,
                                                       16, 17, 31, 33, 63, 65, 96, 384, 1000};

/// The norm of the difference divided by the norm of `expected`.
inline double RelativeError(const std::vector<float>& found, const std::vector<float>& expected) {
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double distance = static_cast<double>(found[i]) - expected[i];
    difference += distance * distance;
    norm += static_cast<double>(expected[i]) * expected[i];
  }
  return std::sqrt(difference / norm);
}

}  // namespace zipflens
