#include "zipflens/stats/quantiles.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "zipflens/base/numbers.h"

namespace zipflens {

double QuantileInPlace(std::vector<double>& values, double fraction) {
  const auto end =
      std::partition(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
  const std::size_t size = end - values.begin();
  if (size == 0) return std::numeric_limits<double>::quiet_NaN();
  const double place = fraction * Real(size - 1);
  const auto rank = std::min(static_cast<std::size_t>(place), size - 1);
  const auto at = values.begin() + rank;
  std::nth_element(values.begin(), at, end);
  if (rank + 1 == size) return *at;
  const double next = *std::min_element(at + 1, end);
  // Interpolates from the nearer end, as numpy does.
  const double share = place - Real(rank);
  return share >= 0.5 ? next - (next - *at) * (1 - share) : *at + (next - *at) * share;
}

Interval PercentileInterval(std::vector<double>& values, double confidence) {
  const auto missing =
      std::ranges::count_if(values, [](double value) { return std::isnan(value); });
  if (std::cmp_greater(missing * 2, values.size())) return {kNoNumber, kNoNumber};
  const double tail = (1 - confidence) / 2;
  return {QuantileInPlace(values, tail), QuantileInPlace(values, 1 - tail)};
}

}  // namespace zipflens
