#include "zipflens/stats/quantiles.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace zipflens {

double QuantileInPlace(std::vector<double>& values, double fraction) {
  const auto end =
      std::partition(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
  const auto size = static_cast<std::size_t>(end - values.begin());
  if (size == 0) return std::numeric_limits<double>::quiet_NaN();
  const double place = fraction * static_cast<double>(size - 1);
  const auto rank = std::min(static_cast<std::size_t>(place), size - 1);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(values.begin(), at, end);
  if (rank + 1 == size) return *at;
  const double next = *std::min_element(at + 1, end);
  // Interpolates from the nearer end, as numpy does.
  const double share = place - static_cast<double>(rank);
  return share >= 0.5 ? next - (next - *at) * (1 - share) : *at + (next - *at) * share;
}

Interval PercentileInterval(std::vector<double>& values, double confidence) {
  const auto missing =
      std::ranges::count_if(values, [](double value) { return std::isnan(value); });
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (static_cast<std::size_t>(missing) * 2 > values.size()) return {kNone, kNone};
  const double tail = (1 - confidence) / 2;
  return {QuantileInPlace(values, tail), QuantileInPlace(values, 1 - tail)};
}

}  // namespace zipflens
