#include "zipflens/stats/sequence_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"
#include "zipflens/kernels/statistics/resample_products.h"

namespace zipflens {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Numbers of each sequence, one row per quantity, and their sums over resampled sequences.
class SequenceSums {
 public:
  SequenceSums(std::size_t num_quantities, std::size_t num_sequences)
      : rows_(num_quantities), sequences_(num_sequences), values_(rows_ * sequences_) {}

  double& Value(std::size_t quantity, std::size_t sequence) {
    return values_[quantity * sequences_ + sequence];
  }

  void Resample(const ResamplingOptions& options) {
    columns_ =
        (options.resamples + kResamplePanelWidth - 1) / kResamplePanelWidth * kResamplePanelWidth;
    sums_ = AlignedBuffer<double>(rows_ * columns_);
    ForResampleBlocks(
        options.resamples, options.num_threads,
        [&](std::size_t first, std::size_t count, std::size_t /*worker*/) {
          ResamplePanels weights(sequences_, count);
          DrawResamplesInto(RandomPurpose::kSequenceBootstrap, options.seed, first, count, weights);
          ResampleProductInto({values_.data(), rows_, sequences_}, weights,
                              {sums_.data() + first, rows_, weights.padded_columns(), columns_});
        });
  }

  // The sum of a quantity over the sequences of one resample. Call Resample first.
  double Sum(std::size_t quantity, std::size_t resample) const {
    return sums_[quantity * columns_ + resample];
  }

 private:
  std::size_t rows_;
  std::size_t sequences_;
  std::size_t columns_ = 0;
  std::vector<double> values_;  // [rows, sequences]
  AlignedBuffer<double> sums_;  // [rows, columns]
};

bool HasEmptyBins(MatrixView<const double> profile) {
  for (std::size_t sequence = 0; sequence < profile.rows; ++sequence) {
    if (std::ranges::any_of(profile.RowSpan(sequence), [](double x) { return std::isnan(x); })) {
      return true;
    }
  }
  return false;
}

// The rows of one profile in SequenceSums: the values of each bin with zero for NaN and, if there
// is any NaN, the number of values in each bin.
struct ProfileRows {
  std::size_t first;
  std::size_t num_bins;
  bool has_empty_bins;
  double num_sequences;

  ProfileRows(MatrixView<const double> profile, std::size_t first_in)
      : first(first_in),
        num_bins(profile.cols),
        has_empty_bins(HasEmptyBins(profile)),
        num_sequences(Real(profile.rows)) {}

  std::size_t end() const { return first + (has_empty_bins ? 2 : 1) * num_bins; }

  void Set(MatrixView<const double> profile, SequenceSums& sums) const {
    for (std::size_t sequence = 0; sequence < profile.rows; ++sequence) {
      for (std::size_t bin = 0; bin < num_bins; ++bin) {
        const double value = profile(sequence, bin);
        const bool is_there = !std::isnan(value);
        sums.Value(first + bin, sequence) = is_there ? value : 0.0;
        if (has_empty_bins) sums.Value(first + num_bins + bin, sequence) = is_there ? 1.0 : 0.0;
      }
    }
  }
  // The average of a bin in a resample; NaN if no drawn sequence has a value.
  double Average(const SequenceSums& sums, std::size_t bin, std::size_t resample) const {
    return sums.Sum(first + bin, resample) /
           (has_empty_bins ? sums.Sum(first + num_bins + bin, resample) : num_sequences);
  }
};

ProfileBands BandsOf(const SequenceSums& sums, const ProfileRows& centres,
                     const ProfileRows& values, const ResamplingOptions& options) {
  const std::size_t num_bins = values.num_bins;
  ProfileBands bands;
  bands.lower.resize(num_bins);
  bands.upper.resize(num_bins);
  std::vector<double> correlations(options.resamples);
  std::vector<double> x(num_bins);
  std::vector<double> y(num_bins);
  for (std::size_t resample = 0; resample < options.resamples; ++resample) {
    for (std::size_t bin = 0; bin < num_bins; ++bin) {
      x[bin] = centres.Average(sums, bin, resample);
      y[bin] = values.Average(sums, bin, resample);
    }
    correlations[resample] = PearsonCorrelation(x, y);
  }
  bands.correlation = PercentileInterval(correlations, options.confidence);
  std::vector<double> averages(options.resamples);
  for (std::size_t bin = 0; bin < num_bins; ++bin) {
    for (std::size_t resample = 0; resample < options.resamples; ++resample) {
      averages[resample] = values.Average(sums, bin, resample);
    }
    const Interval interval = PercentileInterval(averages, options.confidence);
    bands.lower[bin] = interval.lower;
    bands.upper[bin] = interval.upper;
  }
  return bands;
}

constexpr std::size_t kNumMoments = 6;

// Writes the sums of each sequence about the means of all sequences, so that the sums of a resample
// are sums of these.
void SetMoments(std::span<const PairMoments> moments, std::size_t first, SequenceSums& sums) {
  PairMoments all;
  for (const PairMoments& sequence : moments) all.Merge(sequence);
  for (std::size_t idx = 0; idx < moments.size(); ++idx) {
    const PairMoments& of = moments[idx];
    const auto n = Real(of.n);
    const double x = of.mean_x - all.mean_x;
    const double y = of.mean_y - all.mean_y;
    const double values[kNumMoments] = {
        n, n * x, n * y, of.sum_xx + n * x * x, of.sum_yy + n * y * y, of.sum_xy + n * x * y};
    for (std::size_t k = 0; k < kNumMoments; ++k) sums.Value(first + k, idx) = values[k];
  }
}

double ResampledCorrelation(const SequenceSums& sums, std::size_t first, std::size_t resample) {
  const auto sum = [&](std::size_t k) { return sums.Sum(first + k, resample); };
  PairMoments moments;
  moments.n = static_cast<std::uint64_t>(sum(0));
  moments.sum_xx = sum(3) - sum(1) * sum(1) / sum(0);
  moments.sum_yy = sum(4) - sum(2) * sum(2) / sum(0);
  moments.sum_xy = sum(5) - sum(1) * sum(2) / sum(0);
  return moments.Correlation();
}

}  // namespace

std::vector<ProfileBands> BootstrapProfiles(MatrixView<const double> centres,
                                            std::span<const MatrixView<const double>> values,
                                            const ResamplingOptions& options) {
  const std::size_t num_bins = centres.cols;
  const std::vector<double> unknown(num_bins, kNone);
  std::vector<ProfileBands> bands(values.size(), {{kNone, kNone}, unknown, unknown});
  if (centres.rows < 2 || options.resamples == 0) return bands;
  std::vector<ProfileRows> rows = {ProfileRows(centres, 0)};
  for (const MatrixView<const double> profile : values) {
    ZIPFLENS_CHECK(profile.rows == centres.rows && profile.cols == num_bins);
    rows.emplace_back(profile, rows.back().end());
  }
  SequenceSums sums(rows.back().end(), centres.rows);
  rows.front().Set(centres, sums);
  for (std::size_t idx = 0; idx < values.size(); ++idx) rows[idx + 1].Set(values[idx], sums);
  sums.Resample(options);
  for (std::size_t idx = 0; idx < values.size(); ++idx) {
    bands[idx] = BandsOf(sums, rows.front(), rows[idx + 1], options);
  }
  return bands;
}

std::vector<Interval> BootstrapPooledCorrelations(std::span<const std::vector<PairMoments>> moments,
                                                  const ResamplingOptions& options) {
  std::vector<Interval> intervals(moments.size(), {kNone, kNone});
  const std::size_t num_sequences = moments.empty() ? 0 : moments.front().size();
  if (num_sequences < 2 || options.resamples == 0) return intervals;
  SequenceSums sums(moments.size() * kNumMoments, num_sequences);
  for (std::size_t idx = 0; idx < moments.size(); ++idx) {
    ZIPFLENS_CHECK(moments[idx].size() == num_sequences);
    SetMoments(moments[idx], idx * kNumMoments, sums);
  }
  sums.Resample(options);
  std::vector<double> correlations(options.resamples);
  for (std::size_t idx = 0; idx < moments.size(); ++idx) {
    for (std::size_t resample = 0; resample < options.resamples; ++resample) {
      correlations[resample] = ResampledCorrelation(sums, idx * kNumMoments, resample);
    }
    intervals[idx] = PercentileInterval(correlations, options.confidence);
  }
  return intervals;
}

}  // namespace zipflens
