#include "zipflens/figures/ticks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace zipflens {
namespace {

std::vector<double> Multiples(double step, double lower, double upper) {
  std::vector<double> ticks;
  const double slack = 1e-9 * (upper - lower);
  for (double k = std::ceil((lower - slack) / step); k * step <= upper + slack; ++k) {
    ticks.push_back(k * step + 0.0);  // + 0.0: never a negative zero
  }
  return ticks;
}

std::vector<double> TicksFromStep(double first_step, double lower, double upper, int max_ticks) {
  double power = std::pow(10.0, std::floor(std::log10(first_step)));
  for (;; power *= 10) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double step = factor * power;
      if (step < first_step * (1 - 1e-9) || (upper - lower) / step > 4.0 * max_ticks) continue;
      auto ticks = Multiples(step, lower, upper);
      if (static_cast<int>(ticks.size()) <= max_ticks) return ticks;
    }
  }
}

bool IsRange(double lower, double upper) {
  return std::isfinite(lower) && std::isfinite(upper) && lower < upper;
}

}  // namespace

std::vector<double> NiceTicks(double lower, double upper, int max_ticks) {
  if (!IsRange(lower, upper)) return {};
  return TicksFromStep((upper - lower) / (2.0 * max_ticks), lower, upper, max_ticks);
}

std::vector<double> WholeTicks(double lower, double upper, int max_ticks) {
  if (!IsRange(lower, upper)) return {};
  return TicksFromStep(std::max(1.0, (upper - lower) / (2.0 * max_ticks)), lower, upper, max_ticks);
}

std::vector<std::string> TickTexts(const std::vector<double>& ticks) {
  int decimals = 0;
  const auto needs_more = [&](double tick) {
    const double scaled = tick * std::pow(10.0, decimals);
    return std::abs(scaled - std::round(scaled)) > 1e-6 * std::max(1.0, std::abs(scaled));
  };
  while (decimals < 9 && std::any_of(ticks.begin(), ticks.end(), needs_more)) ++decimals;
  std::vector<std::string> texts;
  texts.reserve(ticks.size());
  for (const double tick : ticks) texts.push_back(NumberText(tick, decimals));
  return texts;
}

std::string NumberText(double value, int decimals) {
  if (!std::isfinite(value)) return "not defined";
  std::string digits = fmt::format("{:.{}f}", std::abs(value), decimals);
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  for (std::size_t place = whole; place > 3; place -= 3) digits.insert(place - 3, ",");
  const bool is_zero = digits.find_first_not_of("0.,") == std::string::npos;
  return (value < 0 && !is_zero ? "\u2212" : "") + digits;
}

}  // namespace zipflens
