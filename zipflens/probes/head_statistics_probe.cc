#include "zipflens/probes/head_statistics_probe.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/probes/finite_check.h"

namespace zipflens {
namespace {

constexpr std::size_t kParts = 3;  // rows of kScoreBiasParts

}  // namespace

HeadStatisticsProbe::HeadStatisticsProbe(std::vector<int> layers, int num_heads)
    : layers_(std::move(layers)), num_heads_(static_cast<std::size_t>(num_heads)) {}

void HeadStatisticsProbe::BeginSequence(int sequence_idx, const PairDesign* design,
                                        const PairBins* bins) {
  sequence_idx_ = sequence_idx;
  layout_.emplace(*design, *bins);
  summaries_.assign(layers_.size() * (1 + num_heads_), ScoreSummary());
}

std::vector<ProbePoint> HeadStatisticsProbe::WantedPoints(const ModelShape& /*shape*/) const {
  std::vector<ProbePoint> points;
  for (const int layer : layers_) {
    points.push_back({layer, PointKind::kScoreBiasParts});
    points.push_back({layer, PointKind::kAttentionScores});
    points.push_back({layer, PointKind::kMeanAttentionScores});
  }
  return points;
}

std::size_t HeadStatisticsProbe::Slot(int layer, int head_idx) const {
  const auto found = std::ranges::find(layers_, layer);
  ZIPFLENS_CHECK(found != layers_.end() && head_idx < static_cast<int>(num_heads_));
  return static_cast<std::size_t>(found - layers_.begin()) * (1 + num_heads_) +
         static_cast<std::size_t>(head_idx + 1);
}

void HeadStatisticsProbe::OnValues(const ProbePoint& point, int head_idx,
                                   MatrixView<const float> values) {
  const std::size_t part_size = kParts * values.cols;
  const int head_slot = head_idx + 1;  // the mean over heads first
  const auto head = static_cast<std::size_t>(head_slot);
  if (point.kind == PointKind::kScoreBiasParts) {
    RequireFinite(point, sequence_idx_, values);
    if (head_idx == 0) bias_parts_.assign((1 + num_heads_) * part_size, 0.0);
    double* mean = bias_parts_.data();
    double* parts = mean + head * part_size;
    for (std::size_t row = 0; row < kParts; ++row) {
      for (std::size_t col = 0; col < values.cols; ++col) {
        parts[row * values.cols + col] = values(row, col);
        mean[row * values.cols + col] += values(row, col) / static_cast<double>(num_heads_);
      }
    }
    return;
  }
  ZIPFLENS_CHECK(bias_parts_.size() == (1 + num_heads_) * part_size);
  const MatrixView<const double> parts(bias_parts_.data() + head * part_size, kParts, values.cols);
  ScoreSummary summary = summarizer_.Summarize(values, parts, *layout_);
  // The sum of squares has met every score of a token that takes part.
  const bool all_take_part = layout_->design().order().size() == values.rows;
  if (!all_take_part || !std::isfinite(summary.sums.sum_squares)) {
    RequireFinite(point, sequence_idx_, values);
  }
  summaries_[Slot(point.layer, head_idx)] = std::move(summary);
}

}  // namespace zipflens
