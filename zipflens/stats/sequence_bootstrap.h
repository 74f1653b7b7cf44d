// Bootstrap over sequences: intervals for averaged bin profiles and for pooled correlations.
#pragma once

#include <span>
#include <vector>

#include "zipflens/base/matrix_view.h"
#include "zipflens/stats/correlation.h"
#include "zipflens/stats/quantiles.h"
#include "zipflens/stats/resampling.h"

namespace zipflens {

/// The intervals of one averaged profile, from resampling the sequences.
struct ProfileBands {
  Interval correlation;       // r over bins of averaged centre and averaged value
  std::vector<double> lower;  // interval of the averaged value of each bin, [num_bins]
  std::vector<double> upper;
};

/// Bootstraps averaged bin profiles. `centres` and each of `values`: [sequences, num_bins], NaN for
/// a bin without a pair, as in ProfileAverage. Each resample draws sequences with replacement,
/// averages centres and values, and correlates the averages over bins. Intervals are percentiles
/// (as numpy.percentile) of the resamples that have a value; they are NaN for fewer than two
/// sequences. All calls with the same seed and number of sequences use the same resamples. Memory:
/// O(num_bins * profiles * resamples + sequences * (num_bins * profiles + 64)) doubles.
std::vector<ProfileBands> BootstrapProfiles(MatrixView<const double> centres,
                                            std::span<const MatrixView<const double>> values,
                                            const ResamplingOptions& options);

/// The interval of each Pearson's r that is pooled over sequences. `moments`:
/// [correlations][sequences], with the same number of sequences for each correlation.
std::vector<Interval> BootstrapPooledCorrelations(std::span<const std::vector<PairMoments>> moments,
                                                  const ResamplingOptions& options);

}  // namespace zipflens
