// Bootstrap over sequences: intervals for averaged bin profiles and for pooled correlations.
#pragma once

#include <span>
#include <vector>

#include "zipflens/base/matrix_view.h"
#include "zipflens/stats/correlation.h"
#include "zipflens/stats/quantiles.h"
#include "zipflens/stats/type_association.h"

namespace zipflens {

/// What resampling the sequences says of one averaged profile.
struct ProfileBands {
  Interval correlation;       // of the averaged centres with the averaged values, over bins
  std::vector<double> lower;  // of the averaged value of each bin, [num_bins]
  std::vector<double> upper;
};

/// `centres`, `values`: [sequences, num_bins], NaN where a bin has no pair (as ProfileAverage).
/// Each resample draws sequences with replacement, averages both and correlates the averages over
/// bins. Intervals are numpy.percentile's of the resamples that have a value; NaN for fewer than
/// two sequences. All calls with the same seed and number of sequences see the same resamples.
ProfileBands BootstrapProfile(MatrixView<const double> centres, MatrixView<const double> values,
                              const ResamplingOptions& options);

/// Interval of Pearson's r pooled over sequences, from the moments of each.
Interval BootstrapPooledCorrelation(std::span<const PairMoments> sequences,
                                    const ResamplingOptions& options);

}  // namespace zipflens
