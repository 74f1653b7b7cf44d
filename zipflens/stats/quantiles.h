// Percentiles of resampled statistics.
#pragma once

#include <span>
#include <vector>

namespace zipflens {

/// A percentile interval. The bounds are NaN if they are not known.
struct Interval {
  double lower = 0;
  double upper = 0;
};

/// The quantile at `fraction` (0 to 1) of the values that are not NaN, interpolated linearly as
/// numpy.percentile does. Reorders `values`. NaN if there is no value.
double QuantileInPlace(std::vector<double>& values, double fraction);

/// The central interval that holds the share `confidence` of the values. NaN if fewer than half of
/// the values are numbers. Reorders `values`.
Interval PercentileInterval(std::vector<double>& values, double confidence);

}  // namespace zipflens
