// Bootstrap over sequences: intervals for averaged bin profiles and for pooled correlations.
#pragma once

#include <span>
#include <vector>

#include "zipflens/base/matrix_view.h"
#include "zipflens/stats/correlation.h"
#include "zipflens/stats/quantiles.h"
#include "zipflens/stats/resampling.h"

namespace zipflens {

/// What resampling the sequences says of one averaged profile.
struct ProfileBands {
  Interval correlation;       // of the averaged centres with the averaged values, over bins
  std::vector<double> lower;  // of the averaged value of each bin, [num_bins]
  std::vector<double> upper;
};

/// `centres` and each of `values`: [sequences, num_bins], NaN where a bin has no pair (as
/// ProfileAverage). Each resample draws sequences with replacement, averages both and correlates
/// the averages over bins. Intervals are numpy.percentile's of the resamples that have a value; NaN
/// for fewer than two sequences. All calls with the same seed and number of sequences see the same
/// resamples. Memory: O(num_bins * profiles * resamples + sequences * (num_bins * profiles + 64))
/// doubles.
std::vector<ProfileBands> BootstrapProfiles(MatrixView<const double> centres,
                                            std::span<const MatrixView<const double>> values,
                                            const ResamplingOptions& options);

/// Interval of each Pearson's r pooled over sequences, from the moments of each:
/// [correlations][sequences], the same number of sequences in all.
std::vector<Interval> BootstrapPooledCorrelations(std::span<const std::vector<PairMoments>> moments,
                                                  const ResamplingOptions& options);

}  // namespace zipflens
