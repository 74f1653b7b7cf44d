// Many Philox blocks at once, compared with one at a time, on every instruction set.

#include "zipflens/kernels/statistics/philox.h"

#include <random>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"
#include "zipflens/base/random_numbers.h"

namespace zipflens {
namespace {

class PhiloxTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(PhiloxTest);

TEST_P(PhiloxTest, BlocksEqualThoseOfOneCounterEach) {
  std::mt19937 generator(1);
  const auto bits = [&] { return static_cast<std::uint32_t>(generator()); };
  for (int trial = 0; trial < 50; ++trial) {
    // The first word of some counters wraps around at 2^32.
    const std::uint32_t first = trial % 2 == 0 ? bits() : 0xFFFFFFF0U + bits() % 16;
    const std::array<std::uint32_t, 4> counter = {first, bits(), bits(), bits()};
    const std::array<std::uint32_t, 2> key = {bits(), bits()};
    std::vector<std::uint32_t> words(kPhiloxWords * (1 + trial % 3));
    PhiloxInto(counter, key, words);
    for (std::uint32_t block = 0; block < words.size() / 4; ++block) {
      const auto expected =
          Philox4x32({counter[0] + block, counter[1], counter[2], counter[3]}, key);
      for (std::size_t k = 0; k < 4; ++k) ASSERT_EQ(words[4 * block + k], expected[k]);
    }
  }
}

TEST_P(PhiloxTest, PartsOfACallAreACallersBug) {
  std::vector<std::uint32_t> words(kPhiloxWords - 4);
  EXPECT_THROW(PhiloxInto({}, {}, words), CheckFailure);
}

}  // namespace
}  // namespace zipflens
