// Intervals over sequences that keep their promise for few sequences: the delete-one jackknife with
// Student's t.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "zipflens/base/matrix_view.h"
#include "zipflens/stats/correlation.h"
#include "zipflens/stats/quantiles.h"

namespace zipflens {

/// No interval over sequences is computed for fewer sequences than this: with such few, the
/// coverage of 95 % intervals is not known to be near 95 % (docs/statistics.md, "Intervals over
/// sequences").
inline constexpr std::size_t kFewestSequences = 8;
/// A study of fewer sequences than this warns that its sequences are few.
inline constexpr std::size_t kEnoughSequences = 30;

/// The t interval of a statistic over G sequences (Tukey 1958; Efron 1981): the estimate plus and
/// minus t(G - 1) times the jackknife's standard error, the root of (G - 1) / G * sum of (value
/// without one sequence - estimate)^2. `without_one`: [G], the statistic without each sequence. The
/// bounds are NaN for fewer than kFewestSequences, or if a value is not finite.
Interval JackknifeInterval(double estimate, std::span<const double> without_one, double confidence);

/// The same for Pearson's r, computed from Fisher's z = atanh(r) and transformed back.
Interval JackknifeCorrelationInterval(double r, std::span<const double> without_one,
                                      double confidence);

/// The interval of Pearson's r over the points of all sequences. `moments`: [sequences]; those
/// without a point are not counted among the G.
Interval PooledCorrelationInterval(std::span<const PairMoments> moments, double confidence);

/// The intervals of one averaged bin profile.
struct ProfileBands {
  Interval correlation;       // r over bins of averaged centre and averaged value
  std::vector<double> lower;  // of the averaged value of each bin, [num_bins]
  std::vector<double> upper;
};

/// `centres` and `values`: [sequences, num_bins], NaN for a bin without a pair, as in
/// ProfileAverage. The interval of r is JackknifeCorrelationInterval. That of a bin is the t
/// interval of the mean over the sequences that have a value there, at least kFewestSequences.
ProfileBands ProfileIntervals(MatrixView<const double> centres, MatrixView<const double> values,
                              double confidence);

}  // namespace zipflens
