// Rounding to bfloat16, compared with values rounded by hand and with plain loops, on every
// instruction set.

#include "zipflens/kernels/products/bfloat16.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "tests/kernels/target_test.h"

namespace zipflens {
namespace {

class Bfloat16Test : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(Bfloat16Test);

TEST_P(Bfloat16Test, HandRoundedValues) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  // 1 + 2^-7 is the next bfloat16 after 1.
  std::vector<float> values = {1.0f,
                               1.0f + 0x1p-8f,             // a tie, to the even 1
                               1.0f + 0x1p-8f + 0x1p-20f,  // above it
                               1.0f + 3 * 0x1p-8f,         // a tie, to the even 1 + 2^-6
                               -1.0f - 0x1p-9f,
                               std::numeric_limits<float>::max(),
                               -kInfinity,
                               0.0f};
  RoundToBfloat16InPlace(values);
  EXPECT_EQ(values, (std::vector<float>{1.0f, 1.0f, 1.0f + 0x1p-7f, 1.0f + 0x1p-6f, -1.0f,
                                        kInfinity, -kInfinity, 0.0f}));
}

TEST_P(Bfloat16Test, EqualsThePlainLoopForAnyBits) {
  for (const std::size_t size : kAwkwardSizes) {
    std::vector<float> found;
    for (std::size_t i = 0; i < size; ++i) {
      found.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(i * 2654435761u + size)));
    }
    std::vector<float> expected = found;
    std::vector<std::uint16_t> halves(size);
    RoundToBfloat16(found, halves);
    RoundToBfloat16InPlace(found);
    reference::RoundToBfloat16InPlace(expected);
    for (std::size_t i = 0; i < size; ++i) {
      const auto half = std::bit_cast<float>(static_cast<std::uint32_t>(halves[i]) << 16);
      if (std::isnan(expected[i])) {
        EXPECT_TRUE(std::isnan(found[i]) && std::isnan(half)) << i;
      } else {
        EXPECT_EQ(found[i], expected[i]) << i;
        EXPECT_EQ(half, expected[i]) << i;
      }
    }
  }
}

TEST_P(Bfloat16Test, NanStaysNanWhateverItsBits) {
  std::vector<float> values;
  for (const std::uint32_t bits : {0x7FFFFFFFu, 0xFFFFFFFFu, 0x7F800001u, 0x7FC00000u}) {
    values.push_back(std::bit_cast<float>(bits));
  }
  RoundToBfloat16InPlace(values);
  for (const float value : values) EXPECT_TRUE(std::isnan(value));
}

}  // namespace
}  // namespace zipflens
