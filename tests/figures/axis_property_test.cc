// Ticks and ranges of any data: few, finite, told apart, in bounded time.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <set>

#include "zipflens/figures/figure_layout.h"
#include "zipflens/figures/ticks.h"

namespace zipflens {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Any double, by its bits, and pairs that are hard: equal, one ulp apart, of one decade.
class Doubles {
 public:
  double Any() { return std::bit_cast<double>(bits_(random_)); }

  double Hard() {
    static const double kSome[] = {0,         -0.0,
                                   5e-324,    -5e-324,
                                   1e-310,    1e-300,
                                   1e300,     -1e300,
                                   1.7e308,   -1.7e308,
                                   1,         -3.295836866004329,
                                   1e16,      9007199254740993.0,
                                   0.1,       1e-7,
                                   kNaN,      kInfinity,
                                   -kInfinity};
    const std::uint64_t pick = bits_(random_);
    return pick % 3 == 0 ? Any() : kSome[pick % std::size(kSome)];
  }

  double Beside(double value) {
    switch (bits_(random_) % 5) {
      case 0:
        return value;
      case 1:
        return std::nextafter(value, kInfinity);
      case 2:
        return std::nextafter(std::nextafter(value, -kInfinity), -kInfinity);
      case 3:
        return value * (1 + 1e-9);
      default:
        return Hard();
    }
  }

 private:
  std::mt19937_64 random_{20261127};
  std::uniform_int_distribution<std::uint64_t> bits_;
};

void ExpectGoodAxis(const LaidOutAxis& axis, const std::string& of) {
  ASSERT_TRUE(IsShowable(axis.lower, axis.upper)) << of;
  ASSERT_LE(axis.ticks.size(), 12U) << of;
  ASSERT_GE(axis.ticks.size(), 2U) << of;
  ASSERT_EQ(axis.ticks.size(), axis.tick_texts.size()) << of;
  for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
    ASSERT_TRUE(axis.ticks[i] >= axis.lower && axis.ticks[i] <= axis.upper) << of;
    ASSERT_TRUE(i == 0 || axis.ticks[i - 1] < axis.ticks[i]) << of;
    ASSERT_LE(axis.tick_texts[i].size(), 30U) << of << ": " << axis.tick_texts[i];
  }
  const std::set<std::string> different(axis.tick_texts.begin(), axis.tick_texts.end());
  ASSERT_EQ(different.size(), axis.tick_texts.size()) << of;
}

TEST(NiceTicks, AreFewAndAscendingForAnyTwoDoubles) {
  Doubles doubles;
  for (int i = 0; i < 200'000; ++i) {
    const double lower = doubles.Hard();
    const double upper = doubles.Beside(lower);
    for (const auto& ticks : {NiceTicks(lower, upper, 1 + i % 30), WholeTicks(lower, upper)}) {
      ASSERT_LE(ticks.size(), 12U) << lower << " " << upper;
      for (std::size_t k = 0; k < ticks.size(); ++k) {
        ASSERT_TRUE(ticks[k] >= lower && ticks[k] <= upper) << lower << " " << upper;
        ASSERT_TRUE(k == 0 || ticks[k - 1] < ticks[k]) << lower << " " << upper;
      }
    }
    if (lower < upper && IsShowable(lower, upper)) {
      ASSERT_GE(NiceTicks(lower, upper).size(), 2U) << lower << " " << upper;
    }
  }
}

TEST(AxisRange, IsShownWellForAnyData) {
  Doubles doubles;
  for (int i = 0; i < 50'000; ++i) {
    Panel panel;
    const double first = doubles.Hard();
    panel.series = {{.x = {first, doubles.Beside(first)}, .y = {0, 1}}};
    if (i % 4 == 1) panel.x.lower = doubles.Hard();
    if (i % 4 == 2) panel.x.upper = doubles.Hard();
    if (i % 4 == 3) panel.x.lower = first, panel.x.upper = doubles.Beside(first);
    ExpectGoodAxis(LayOutX(panel), ::testing::PrintToString(panel.series[0].x) +
                                       ::testing::PrintToString(panel.x.lower) +
                                       ::testing::PrintToString(panel.x.upper));
    ExpectGoodAxis(LayOutColour({.lower = first, .upper = doubles.Beside(first)}),
                   "colour bar from " + ::testing::PrintToString(first));
  }
}

TEST(AxisRange, ValuesThatDifferByRoundingAreShownAsOne) {
  const double value = -std::log(27.0);
  Panel panel;
  panel.series = {{.x = {value, std::nextafter(value, 0)}, .y = {0, 1}}};
  const LaidOutAxis axis = LayOutX(panel);
  EXPECT_NEAR(axis.lower, value - 0.5, 1e-9);
  EXPECT_NEAR(axis.upper, value + 0.5, 1e-9);
}

TEST(TickTexts, UsePowersOfTenWhereDigitsWouldNotDo) {
  EXPECT_EQ(TickTexts({0, 2e-12, 4e-12}),
            (std::vector<std::string>{"0", "2e\u221212", "4e\u221212"}));
  EXPECT_EQ(TickTexts({-1e300, 0, 1e300}), (std::vector<std::string>{"\u22121e300", "0", "1e300"}));
  EXPECT_EQ(TickTexts({100000.1, 100000.2}), (std::vector<std::string>{"100,000.1", "100,000.2"}));
}

}  // namespace
}  // namespace zipflens
