// Random streams: known numbers, no bias, and every order equally likely.

#include "zipflens/kernels/statistics/counter_random.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <numeric>
#include <vector>

#include "zipflens/base/check.h"
#include "zipflens/base/random_numbers.h"

namespace zipflens {
namespace {

TEST(CounterRandom, GivesThePhiloxBlocksOfItsKeyAndCounter) {
  CounterRandom random(0x0000000200000001, RandomPurpose::kTypeBootstrap, 0x0000000400000003);
  for (std::uint32_t block = 0; block < 3; ++block) {
    const auto expected = Philox4x32({block, 2, 3, 4}, {1, 2});
    for (const std::uint32_t bits : expected) EXPECT_EQ(random.Bits(), bits);
  }
}

TEST(CounterRandom, StreamsPurposesAndSeedsDiffer) {
  const auto first = [](std::uint64_t seed, RandomPurpose purpose, std::uint64_t stream) {
    return CounterRandom(seed, purpose, stream).Bits();
  };
  const std::uint32_t one = first(0, RandomPurpose::kTypePermutation, 0);
  EXPECT_NE(one, first(1, RandomPurpose::kTypePermutation, 0));
  EXPECT_NE(one, first(0, RandomPurpose::kTypeBootstrap, 0));
  EXPECT_NE(one, first(0, RandomPurpose::kTypePermutation, 1));
  EXPECT_EQ(one, first(0, RandomPurpose::kTypePermutation, 0));
}

TEST(CounterRandom, BelowIsUniform) {
  CounterRandom random(5, RandomPurpose::kSimulation, 0);
  std::array<int, 6> seen{};
  for (int draw = 0; draw < 60'000; ++draw) ++seen[random.Below(6)];
  double chi_squared = 0;
  for (const int count : seen) chi_squared += (count - 1e4) * (count - 1e4) / 1e4;
  EXPECT_LT(chi_squared, 25.7);  // 1 in 10,000 with 5 degrees of freedom
  EXPECT_EQ(random.Below(1), 0U);
  EXPECT_THROW(random.Below(0), CheckFailure);
}

TEST(CounterRandom, NormalNumbersHaveMeanZeroAndVarianceOne) {
  CounterRandom random(6, RandomPurpose::kSimulation, 0);
  double sum = 0;
  double squares = 0;
  constexpr int kDraws = 40'000;
  for (int draw = 0; draw < kDraws; ++draw) {
    const double value = random.Normal();
    sum += value;
    squares += value * value;
    const double uniform = random.Uniform();
    ASSERT_TRUE(uniform > 0 && uniform < 1);
  }
  EXPECT_NEAR(sum / kDraws, 0.0, 4.0 / 200);
  EXPECT_NEAR(squares / kDraws, 1.0, 4.0 * 1.5 / 200);
}

TEST(ShuffleInPlace, EveryOrderIsEquallyLikely) {
  std::map<std::vector<std::uint32_t>, int> seen;
  for (std::uint64_t stream = 0; stream < 24'000; ++stream) {
    std::vector<std::uint32_t> values(4);
    std::iota(values.begin(), values.end(), 0U);
    CounterRandom random(7, RandomPurpose::kTypePermutation, stream);
    ShuffleInPlace(std::span(values), random);
    ++seen[values];
  }
  ASSERT_EQ(seen.size(), 24U);
  double chi_squared = 0;
  for (const auto& [order, count] : seen) chi_squared += (count - 1e3) * (count - 1e3) / 1e3;
  EXPECT_LT(chi_squared, 60.0);  // 1 in 30,000 with 23 degrees of freedom
}

}  // namespace
}  // namespace zipflens
