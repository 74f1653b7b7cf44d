#include "zipflens/stats/correlation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"

namespace zipflens {

PairMoments PairMoments::Of(std::span<const double> x, std::span<const double> y) {
  ZIPFLENS_CHECK(x.size() == y.size());
  PairMoments moments;
  // Sums of differences from the first pair: they are exactly 0 where all values are equal, so that
  // a constant is seen as one.
  double first_x = 0;
  double first_y = 0;
  double total_x = 0;
  double total_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
    if (moments.n == 0) first_x = x[i], first_y = y[i];
    ++moments.n;
    total_x += x[i] - first_x;
    total_y += y[i] - first_y;
  }
  if (moments.n == 0) return moments;
  moments.mean_x = first_x + total_x / Real(moments.n);
  moments.mean_y = first_y + total_y / Real(moments.n);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
    const double dx = x[i] - moments.mean_x;
    const double dy = y[i] - moments.mean_y;
    moments.sum_xx += dx * dx;
    moments.sum_yy += dy * dy;
    moments.sum_xy += dx * dy;
  }
  return moments;
}

void PairMoments::Merge(const PairMoments& other) {
  if (other.n == 0) return;
  if (n == 0) {
    *this = other;
    return;
  }
  const double n_this = Real(n);
  const double n_other = Real(other.n);
  const double n_both = n_this + n_other;
  const double dx = other.mean_x - mean_x;
  const double dy = other.mean_y - mean_y;
  const double weight = n_this * n_other / n_both;
  sum_xx += other.sum_xx + dx * dx * weight;
  sum_yy += other.sum_yy + dy * dy * weight;
  sum_xy += other.sum_xy + dx * dy * weight;
  mean_x += dx * n_other / n_both;
  mean_y += dy * n_other / n_both;
  n += other.n;
}

double PairMoments::Correlation() const {
  if (n < 2 || !(sum_xx > 0) || !(sum_yy > 0)) return std::numeric_limits<double>::quiet_NaN();
  return std::clamp(sum_xy / std::sqrt(sum_xx) / std::sqrt(sum_yy), -1.0, 1.0);
}

double PearsonCorrelation(std::span<const double> x, std::span<const double> y) {
  return PairMoments::Of(x, y).Correlation();
}

}  // namespace zipflens
