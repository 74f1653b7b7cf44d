#include "zipflens/stats/binned_scores.h"

#include <cmath>
#include <limits>

#include "zipflens/base/check.h"
#include "zipflens/kernels/segment_sums.h"

namespace zipflens {

BinMoments ScoreBinner::Moments(MatrixView<const float> scores, const PairBins& bins) {
  const std::vector<std::uint32_t>& order = bins.order();
  const std::size_t size = order.size();
  if (sorted_.size() < size * size) sorted_ = AlignedBuffer<float>(size * size);

  BinMoments moments;
  moments.mean.assign(bins.num_bins(), 0.0);
  moments.std.assign(bins.num_bins(), 0.0);
  for (std::size_t rank = 0; rank < size; ++rank) {
    ZIPFLENS_CHECK(order[rank] < scores.rows);
    const float* row = scores.Row(order[rank]);
    float* sorted_row = sorted_.data() + rank * size;
    for (std::size_t k = 0; k < size; ++k) sorted_row[k] = row[order[k]];
    AddSegmentSums({sorted_row, size}, bins.Runs(rank), moments.mean);
  }
  const auto divide = [&bins](std::vector<double>& values) {
    for (std::size_t bin = 0; bin < values.size(); ++bin) {
      const auto n = static_cast<double>(bins.pair_counts()[bin]);
      values[bin] = n > 0 ? values[bin] / n : std::numeric_limits<double>::quiet_NaN();
    }
  };
  divide(moments.mean);
  for (std::size_t rank = 0; rank < size; ++rank) {
    AddSegmentSquares({sorted_.data() + rank * size, size}, bins.Runs(rank), moments.mean,
                      moments.std);
  }
  divide(moments.std);
  for (double& value : moments.std) value = std::sqrt(value);
  return moments;
}

}  // namespace zipflens
