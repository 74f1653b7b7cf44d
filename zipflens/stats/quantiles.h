// Percentiles of resampled statistics.
#pragma once

#include <span>
#include <vector>

namespace zipflens {

/// A percentile interval; NaN where it is not known.
struct Interval {
  double lower = 0;
  double upper = 0;
};

/// numpy.percentile (linear interpolation) of the values that are not NaN, in any order; they are
/// put into another one. `fraction`: 0 to 1. NaN for no value.
double QuantileInPlace(std::vector<double>& values, double fraction);

/// The central interval that holds this share of the values. NaN where fewer than half of them are
/// numbers. `values` is put into another order.
Interval PercentileInterval(std::vector<double>& values, double confidence);

}  // namespace zipflens
