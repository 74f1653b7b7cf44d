#include "zipflens/stats/sequence_jackknife.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

// The quantile of Student's t that a central interval of this confidence reaches, for estimates
// from `num` sequences.
double TQuantile(std::size_t num, double confidence) {
  const boost::math::students_t t(static_cast<double>(num) - 1);
  return boost::math::quantile(t, (1 + confidence) / 2);
}

// Fisher's z of r. An r of 1 has the largest z whose tanh is below 1.
double FisherZ(double r) {
  constexpr double kLargest = 1 - std::numeric_limits<double>::epsilon() / 2;
  return std::atanh(std::clamp(r, -kLargest, kLargest));
}

/// Sums over the sequences of the values of a profile that are not NaN, by bin.
struct BinTotals {
  std::vector<double> sums;
  std::vector<double> num;

  explicit BinTotals(MatrixView<const double> profile)
      : sums(profile.cols, 0.0), num(profile.cols, 0.0) {
    for (std::size_t sequence = 0; sequence < profile.rows; ++sequence) {
      for (std::size_t bin = 0; bin < profile.cols; ++bin) {
        if (std::isnan(profile(sequence, bin))) continue;
        sums[bin] += profile(sequence, bin);
        ++num[bin];
      }
    }
  }
  double Mean(std::size_t bin) const { return num[bin] > 0 ? sums[bin] / num[bin] : kNoNumber; }
  // The mean of a bin without the value of one sequence, which may be NaN.
  double MeanWithout(std::size_t bin, double value) const {
    if (std::isnan(value)) return Mean(bin);
    return num[bin] > 1 ? (sums[bin] - value) / (num[bin] - 1) : kNoNumber;
  }
};

Interval MeanInterval(MatrixView<const double> values, const BinTotals& totals, std::size_t bin,
                      double confidence) {
  const auto num = static_cast<std::size_t>(totals.num[bin]);
  if (num < kFewestSequences) return {kNoNumber, kNoNumber};
  const double mean = totals.Mean(bin);
  double squares = 0;
  for (std::size_t sequence = 0; sequence < values.rows; ++sequence) {
    const double value = values(sequence, bin);
    if (!std::isnan(value)) squares += (value - mean) * (value - mean);
  }
  const double reach =
      TQuantile(num, confidence) * std::sqrt(squares / (totals.num[bin] - 1) / totals.num[bin]);
  return {mean - reach, mean + reach};
}

}  // namespace

Interval JackknifeInterval(double estimate, std::span<const double> without_one,
                           double confidence) {
  const std::size_t num = without_one.size();
  if (num < kFewestSequences) return {kNoNumber, kNoNumber};
  double squares = 0;
  for (const double value : without_one) squares += (value - estimate) * (value - estimate);
  if (!std::isfinite(squares)) return {kNoNumber, kNoNumber};
  const auto g = static_cast<double>(num);
  const double reach = TQuantile(num, confidence) * std::sqrt((g - 1) / g * squares);
  return {estimate - reach, estimate + reach};
}

Interval JackknifeCorrelationInterval(double r, std::span<const double> without_one,
                                      double confidence) {
  std::vector<double> z;
  z.reserve(without_one.size());
  for (const double value : without_one) z.push_back(FisherZ(value));
  const Interval interval = JackknifeInterval(FisherZ(r), z, confidence);
  return {std::tanh(interval.lower), std::tanh(interval.upper)};
}

// The moments without one sequence are merged from those before it and those after it. Differences
// would leave rounding errors where the rest does not vary.
Interval PooledCorrelationInterval(std::span<const PairMoments> moments, double confidence) {
  std::vector<PairMoments> after(moments.size() + 1);  // [k]: of the sequences from k on
  for (std::size_t k = moments.size(); k-- > 0;) {
    after[k] = moments[k];
    after[k].Merge(after[k + 1]);
  }
  PairMoments before;
  std::vector<double> without_one;
  for (std::size_t k = 0; k < moments.size(); ++k) {
    if (moments[k].n == 0) continue;
    PairMoments rest = before;
    rest.Merge(after[k + 1]);
    without_one.push_back(rest.Correlation());
    before.Merge(moments[k]);
  }
  return JackknifeCorrelationInterval(before.Correlation(), without_one, confidence);
}

ProfileBands ProfileIntervals(MatrixView<const double> centres, MatrixView<const double> values,
                              double confidence) {
  ZIPFLENS_CHECK(values.rows == centres.rows && values.cols == centres.cols);
  const std::size_t num_bins = values.cols;
  const BinTotals x_totals(centres);
  const BinTotals y_totals(values);
  ProfileBands bands;
  std::vector<double> x(num_bins);
  std::vector<double> y(num_bins);
  std::vector<double> without_one;
  for (std::size_t sequence = 0; sequence < values.rows; ++sequence) {
    for (std::size_t bin = 0; bin < num_bins; ++bin) {
      x[bin] = x_totals.MeanWithout(bin, centres(sequence, bin));
      y[bin] = y_totals.MeanWithout(bin, values(sequence, bin));
    }
    without_one.push_back(PearsonCorrelation(x, y));
  }
  for (std::size_t bin = 0; bin < num_bins; ++bin) {
    x[bin] = x_totals.Mean(bin);
    y[bin] = y_totals.Mean(bin);
    const Interval interval = MeanInterval(values, y_totals, bin, confidence);
    bands.lower.push_back(interval.lower);
    bands.upper.push_back(interval.upper);
  }
  bands.correlation =
      JackknifeCorrelationInterval(PearsonCorrelation(x, y), without_one, confidence);
  return bands;
}

}  // namespace zipflens
