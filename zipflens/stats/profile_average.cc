#include "zipflens/stats/profile_average.h"

#include <cmath>
#include <limits>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"

namespace zipflens {

void ProfileAverage::Add(std::span<const double> values) {
  ZIPFLENS_CHECK(values.size() == sums_.size());
  for (std::size_t bin = 0; bin < values.size(); ++bin) {
    if (std::isnan(values[bin])) continue;
    sums_[bin] += values[bin];
    ++num_[bin];
  }
}

std::vector<double> ProfileAverage::Average() const {
  std::vector<double> average(sums_.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t bin = 0; bin < sums_.size(); ++bin) {
    if (num_[bin] > 0) average[bin] = sums_[bin] / Real(num_[bin]);
  }
  return average;
}

}  // namespace zipflens
