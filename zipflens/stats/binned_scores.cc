#include "zipflens/stats/binned_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "zipflens/base/check.h"
#include "zipflens/kernels/pair_row_sums.h"

namespace zipflens {

BinMoments ScoreBinner::Moments(MatrixView<const float> scores, const PairBins& bins) {
  const std::vector<std::uint32_t>& order = bins.order();
  const std::size_t size = order.size();
  if (row_.size() < size) row_ = AlignedBuffer<float>(size);
  const std::size_t num_bins = bins.num_bins();
  std::vector<double> cells(4 * num_bins, 0.0);
  const auto part = [&](std::size_t idx) {
    return std::span(cells).subspan(idx * num_bins, num_bins);
  };

  BinMoments moments;
  moments.mean.assign(num_bins, 0.0);
  moments.std = moments.mean;
  // Deviations from one of the scores: sums of squares of large scores would cancel.
  const double pivot = size > 0 ? scores(order[0], order[0]) : 0.0;
  for (std::size_t rank = 0; rank < size; ++rank) {
    ZIPFLENS_CHECK(order[rank] < scores.rows);
    const float* row = scores.Row(order[rank]);
    for (std::size_t k = 0; k < size; ++k) row_[k] = row[order[k]];
    AddSegmentMoments({row_.data(), size}, bins.Runs(rank), pivot, pivot,
                      {part(0), part(1), part(2), part(3)});
  }
  for (std::size_t bin = 0; bin < num_bins; ++bin) {
    const auto n = static_cast<double>(bins.pair_counts()[bin]);
    const double mean = part(0)[bin] / n;
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    moments.mean[bin] = n > 0 ? pivot + mean : kNone;
    moments.std[bin] = n > 0 ? std::sqrt(std::max(0.0, part(1)[bin] / n - mean * mean)) : kNone;
  }
  return moments;
}

}  // namespace zipflens
