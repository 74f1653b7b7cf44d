#include "zipflens/stats/sequence_bootstrap.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "zipflens/base/check.h"
#include "zipflens/base/counter_random.h"
#include "zipflens/base/parallel.h"

namespace zipflens {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kBlock = 128;  // resamples of one product

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// How often each sequence is drawn: [resamples of the block, sequences].
Matrix DrawWeights(std::size_t num_sequences, std::size_t first, std::size_t count,
                   std::uint64_t seed) {
  Matrix weights =
      Matrix::Zero(static_cast<Eigen::Index>(count), static_cast<Eigen::Index>(num_sequences));
  for (std::size_t row = 0; row < count; ++row) {
    CounterRandom random(seed, RandomPurpose::kSequenceBootstrap, first + row);
    for (std::size_t draw = 0; draw < num_sequences; ++draw) {
      weights(static_cast<Eigen::Index>(row),
              random.Below(static_cast<std::uint32_t>(num_sequences))) += 1;
    }
  }
  return weights;
}

// Values with zero for NaN, and 1 where there is a value.
struct Present {
  Matrix values;
  Matrix mask;
  bool complete = true;

  explicit Present(MatrixView<const double> view)
      : values(static_cast<Eigen::Index>(view.rows), static_cast<Eigen::Index>(view.cols)),
        mask(values.rows(), values.cols()) {
    for (std::size_t row = 0; row < view.rows; ++row) {
      for (std::size_t col = 0; col < view.cols; ++col) {
        const bool is_there = !std::isnan(view(row, col));
        const auto r = static_cast<Eigen::Index>(row);
        const auto c = static_cast<Eigen::Index>(col);
        values(r, c) = is_there ? view(row, col) : 0.0;
        mask(r, c) = is_there ? 1.0 : 0.0;
        complete = complete && is_there;
      }
    }
  }

  // [resamples, bins]; NaN where no drawn sequence has a value.
  Matrix Averages(const Matrix& weights) const {
    if (complete) return weights * values / static_cast<double>(values.rows());
    return ((weights * values).array() / (weights * mask).array()).matrix();
  }
};

// Calls body(first, count) for each block of resamples, on several threads; blocks write to places
// of their own.
template <typename Body>
void ForBlocks(const ResamplingOptions& options, const Body& body) {
  const std::size_t num_blocks = (options.resamples + kBlock - 1) / kBlock;
  const std::size_t num_workers =
      std::clamp<std::size_t>(options.num_threads, 1, std::max<std::size_t>(1, num_blocks));
  ProduceInParallelConsumeInOrder<bool>(
      num_blocks, num_workers,
      [&](std::size_t block, std::size_t /*worker*/) {
        const std::size_t first = block * kBlock;
        body(first, std::min(kBlock, options.resamples - first));
        return true;
      },
      [](std::size_t /*block*/, bool&& /*done*/) {});
}

}  // namespace

ProfileBands BootstrapProfile(MatrixView<const double> centres, MatrixView<const double> values,
                              const ResamplingOptions& options) {
  ZIPFLENS_CHECK(centres.rows == values.rows && centres.cols == values.cols);
  const std::size_t num_bins = values.cols;
  ProfileBands bands;
  bands.correlation = {kNone, kNone};
  bands.lower.assign(num_bins, kNone);
  bands.upper.assign(num_bins, kNone);
  if (values.rows < 2 || options.resamples == 0) return bands;

  const Present present_centres(centres);
  const Present present_values(values);
  std::vector<double> correlations(options.resamples);
  std::vector<std::vector<double>> averages(num_bins, std::vector<double>(options.resamples));
  ForBlocks(options, [&](std::size_t first, std::size_t count) {
    const Matrix weights = DrawWeights(values.rows, first, count, options.seed);
    const Matrix x = present_centres.Averages(weights);
    const Matrix y = present_values.Averages(weights);
    for (std::size_t row = 0; row < count; ++row) {
      const auto r = static_cast<Eigen::Index>(row);
      correlations[first + row] =
          PearsonCorrelation({x.row(r).data(), num_bins}, {y.row(r).data(), num_bins});
      for (std::size_t bin = 0; bin < num_bins; ++bin) {
        averages[bin][first + row] = y(r, static_cast<Eigen::Index>(bin));
      }
    }
  });
  bands.correlation = PercentileInterval(correlations, options.confidence);
  for (std::size_t bin = 0; bin < num_bins; ++bin) {
    const Interval interval = PercentileInterval(averages[bin], options.confidence);
    bands.lower[bin] = interval.lower;
    bands.upper[bin] = interval.upper;
  }
  return bands;
}

Interval BootstrapPooledCorrelation(std::span<const PairMoments> sequences,
                                    const ResamplingOptions& options) {
  if (sequences.size() < 2 || options.resamples == 0) return {kNone, kNone};
  PairMoments all;
  for (const PairMoments& moments : sequences) all.Merge(moments);
  // Each sequence's sums about the means of all, so that those of a resample are a product.
  Matrix sums(static_cast<Eigen::Index>(sequences.size()), 6);
  for (std::size_t idx = 0; idx < sequences.size(); ++idx) {
    const PairMoments& moments = sequences[idx];
    const auto n = static_cast<double>(moments.n);
    const double x = moments.mean_x - all.mean_x;
    const double y = moments.mean_y - all.mean_y;
    sums.row(static_cast<Eigen::Index>(idx)) << n, n * x, n * y, moments.sum_xx + n * x * x,
        moments.sum_yy + n * y * y, moments.sum_xy + n * x * y;
  }
  std::vector<double> correlations(options.resamples);
  ForBlocks(options, [&](std::size_t first, std::size_t count) {
    const Matrix resampled = DrawWeights(sequences.size(), first, count, options.seed) * sums;
    for (std::size_t row = 0; row < count; ++row) {
      const auto of = resampled.row(static_cast<Eigen::Index>(row));
      PairMoments moments;
      moments.n = static_cast<std::uint64_t>(of(0));
      moments.sum_xx = of(3) - of(1) * of(1) / of(0);
      moments.sum_yy = of(4) - of(2) * of(2) / of(0);
      moments.sum_xy = of(5) - of(1) * of(2) / of(0);
      correlations[first + row] = moments.Correlation();
    }
  });
  return PercentileInterval(correlations, options.confidence);
}

}  // namespace zipflens
