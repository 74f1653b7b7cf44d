#include "zipflens/figures/ticks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

constexpr double kSmallestShare = 1e-7;  // of a range's larger end
constexpr double kSmallestRange = 1e-300;
constexpr double kLargestEnd = 1e306;
constexpr double kLargestPlain = 1e15;  // from here on, numbers are written with powers of ten
constexpr int kMostDecimals = 9;
constexpr int kMostDigits = 15;
constexpr const char* kMinus = "\u2212";

/// The multiples of `step` in the range, of which there must be few. k is an integer of at most
/// 1e9, so that k + 1 differs from k.
std::vector<double> Multiples(double step, double lower, double upper) {
  std::vector<double> ticks;
  const double slack = 1e-9 * (upper - lower);
  for (double k = std::ceil((lower - slack) / step); k * step <= upper + slack; ++k) {
    ticks.push_back(std::clamp(k * step, lower, upper) + 0.0);  // + 0.0: never a negative zero
  }
  return ticks;
}

std::vector<double> TicksFromStep(double first_step, double lower, double upper,
                                  std::size_t max_ticks) {
  double power = std::pow(10.0, std::floor(std::log10(first_step)));
  for (;; power *= 10) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double step = factor * power;
      if (step < first_step * (1 - 1e-9) || (upper - lower) / step > 4.0 * Real(max_ticks))
        continue;
      auto ticks = Multiples(step, lower, upper);
      if (ticks.size() <= max_ticks) return ticks;
    }
  }
}

/// The smallest distance of two ticks; of a single tick, its size.
double SmallestStep(std::vector<double> ticks) {
  std::sort(ticks.begin(), ticks.end());
  double step = std::numeric_limits<double>::infinity();
  for (std::size_t i = 1; i < ticks.size(); ++i) {
    if (ticks[i] > ticks[i - 1]) step = std::min(step, ticks[i] - ticks[i - 1]);
  }
  return std::isfinite(step) || ticks.empty() ? step : std::abs(ticks.front());
}

/// "-1.50e+07" with true minus signs, without the plus and the leading zeros of the exponent.
std::string PowerText(double value, int decimals) {
  if (value == 0) return "0";
  const std::string digits = fmt::format("{:.{}e}", std::abs(value), decimals);
  const std::size_t e = digits.find('e');
  const int exponent = std::stoi(digits.substr(e + 1));
  return fmt::format("{}{}e{}{}", value < 0 ? kMinus : "", digits.substr(0, e),
                     exponent < 0 ? kMinus : "", std::abs(exponent));
}

/// The fewest decimals up to `most` at which `is_close(decimals)`; more than `most` if there is no
/// such number.
template <typename IsClose>
int FewestDecimals(int most, const IsClose& is_close) {
  int decimals = 0;
  while (decimals <= most && !is_close(decimals)) ++decimals;
  return decimals;
}

}  // namespace

bool IsShowable(double lower, double upper) {
  const double larger_end = std::max(std::abs(lower), std::abs(upper));
  if (!std::isfinite(lower) || !std::isfinite(upper) || larger_end > kLargestEnd) return false;
  return upper - lower >= std::max(kSmallestRange, kSmallestShare * larger_end);
}

std::vector<double> NiceTicks(double lower, double upper, std::size_t max_ticks) {
  if (!IsShowable(lower, upper)) return {};
  max_ticks = std::clamp<std::size_t>(max_ticks, 2, kMostTicks);
  return TicksFromStep((upper - lower) / (2.0 * Real(max_ticks)), lower, upper, max_ticks);
}

std::vector<double> WholeTicks(double lower, double upper, std::size_t max_ticks) {
  if (!IsShowable(lower, upper)) return {};
  max_ticks = std::clamp<std::size_t>(max_ticks, 2, kMostTicks);
  return TicksFromStep(std::max(1.0, (upper - lower) / (2.0 * Real(max_ticks))), lower, upper,
                       max_ticks);
}

std::vector<std::string> TickTexts(const std::vector<double>& ticks) {
  const double allowed = 1e-3 * SmallestStep(ticks);
  const auto all_close = [&](const auto& rounded) {
    return std::all_of(ticks.begin(), ticks.end(),
                       [&](double tick) { return !(std::abs(rounded(tick) - tick) > allowed); });
  };
  const int decimals = FewestDecimals(kMostDecimals, [&](int num) {
    const double scale = std::pow(10.0, num);
    return all_close([scale](double tick) { return std::round(tick * scale) / scale; });
  });
  const bool is_plain = decimals <= kMostDecimals &&
                        std::all_of(ticks.begin(), ticks.end(),
                                    [](double tick) { return !(std::abs(tick) >= kLargestPlain); });
  std::vector<std::string> texts;
  texts.reserve(ticks.size());
  if (is_plain) {
    for (const double tick : ticks) texts.push_back(NumberText(tick, decimals));
    return texts;
  }
  const int digits = FewestDecimals(kMostDigits - 1, [&](int num) {
    return all_close([num](double tick) {
      return std::strtod(fmt::format("{:.{}e}", tick, num).c_str(), nullptr);
    });
  });
  for (const double tick : ticks) {
    texts.push_back(std::isfinite(tick) ? PowerText(tick, digits) : NumberText(tick, 0));
  }
  return texts;
}

std::string NumberText(double value, int decimals) {
  if (!std::isfinite(value)) return "not defined";
  if (std::abs(value) >= kLargestPlain) return PowerText(value, 3);
  std::string digits = fmt::format("{:.{}f}", std::abs(value), decimals);
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  for (std::size_t place = whole; place > 3; place -= 3) digits.insert(place - 3, ",");
  const bool is_zero = digits.find_first_not_of("0.,") == std::string::npos;
  return (value < 0 && !is_zero ? kMinus : "") + digits;
}

}  // namespace zipflens
