#include "zipflens/probes/head_statistics_probe.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"
#include "zipflens/probes/finite_check.h"

namespace zipflens {
namespace {

// A summarizer accepts whole strips only; see PairMatrixSummer::Add.
static_assert(kScoreRowsStep % kPairStripRows == 0);

constexpr std::size_t kParts = 3;  // rows of kScoreBiasParts

}  // namespace

HeadStatisticsProbe::HeadStatisticsProbe(std::vector<int> layers, std::size_t num_heads,
                                         Scores scores)
    : layers_(std::move(layers)),
      num_heads_(num_heads),
      scores_(scores),
      matrices_(scores == Scores::kRows ? 1 + num_heads_ : 1) {}

void HeadStatisticsProbe::BeginSequence(std::size_t sequence_idx, PairLayout layout) {
  sequence_idx_ = sequence_idx;
  layout_.emplace(std::move(layout));
  for (Matrix& matrix : matrices_) matrix.num_rows = 0;
  summaries_.assign(layers_.size() * (1 + num_heads_), ScoreSummary());
}

FrequencySummary HeadStatisticsProbe::TakeSummary() {
  return {layout_->bins(), layout_->design().sums(), std::move(summaries_)};
}

std::vector<ProbePoint> HeadStatisticsProbe::WantedPoints(const ModelShape& /*shape*/) const {
  const bool rows = scores_ == Scores::kRows;
  std::vector<ProbePoint> points;
  for (const int layer : layers_) {
    if (num_heads_ > 0) {
      points.push_back({layer, PointKind::kScoreBiasParts});
      points.push_back({layer, rows ? PointKind::kScoreRows : PointKind::kAttentionScores});
    }
    points.push_back({layer, rows ? PointKind::kMeanScoreRows : PointKind::kMeanAttentionScores});
  }
  return points;
}

std::span<const std::uint32_t> HeadStatisticsProbe::QueryOrder() const {
  if (scores_ == Scores::kMatrices) return {};
  return layout_->query_order();
}

std::size_t HeadStatisticsProbe::Slot(int layer, int head_idx) const {
  const auto found = std::ranges::find(layers_, layer);
  ZIPFLENS_CHECK(found != layers_.end() && SlotOfHead(head_idx) <= num_heads_);
  return (found - layers_.begin()) * (1 + num_heads_) + SlotOfHead(head_idx);
}

void HeadStatisticsProbe::AddBiasParts(int head_idx, MatrixView<const float> parts) {
  const std::size_t part_size = kParts * parts.cols;
  if (head_idx == 0) bias_parts_.assign((1 + num_heads_) * part_size, 0.0);
  const double share = 1.0 / Real(num_heads_);
  double* mean = bias_parts_.data();
  double* of_head = mean + SlotOfHead(head_idx) * part_size;
  for (std::size_t row = 0; row < kParts; ++row) {
    const float* part = parts.Row(row);
    for (std::size_t col = 0; col < parts.cols; ++col, ++mean, ++of_head) {
      *of_head = part[col];
      *mean += *of_head * share;
    }
  }
}

MatrixView<const double> HeadStatisticsProbe::BiasParts(int head_idx) const {
  if (num_heads_ == 0) return {};
  const std::size_t length = layout_->design().sequence_length();
  const std::size_t part_size = kParts * length;
  ZIPFLENS_CHECK(bias_parts_.size() == (1 + num_heads_) * part_size);
  return {bias_parts_.data() + SlotOfHead(head_idx) * part_size, kParts, length};
}

void HeadStatisticsProbe::OnValues(const ProbePoint& point, int head_idx,
                                   MatrixView<const float> values) {
  if (point.kind == PointKind::kScoreBiasParts) {
    RequireFinite(point, sequence_idx_, values);
    AddBiasParts(head_idx, values);
    return;
  }
  ScoreSummary summary = matrices_[0].summarizer.Summarize(values, BiasParts(head_idx), *layout_);
  // The sum of squares contains every score of the tokens that take part.
  const bool all_take_part = layout_->design().order().size() == values.rows;
  if (!all_take_part || !std::isfinite(summary.sums.sum_squares)) {
    RequireFinite(point, sequence_idx_, values);
  }
  summaries_[Slot(point.layer, head_idx)] = std::move(summary);
}

void HeadStatisticsProbe::OnScoreRows(const ProbePoint& point, int head_idx,
                                      const ScoreRows& rows) {
  Matrix& matrix = matrices_.at(SlotOfHead(head_idx));
  const std::size_t num_participants = layout_->design().order().size();
  if (matrix.num_rows == 0) matrix.summarizer.Begin(*layout_);
  // Queries that are left out arrive last.
  const std::size_t num_summed =
      std::min(rows.queries.size(), num_participants - std::min(num_participants, matrix.num_rows));
  const MatrixView<const float> summed(rows.scores.data, num_summed, rows.scores.cols,
                                       rows.scores.stride);
  if (!matrix.summarizer.Add(summed) || num_summed < rows.queries.size()) {
    RequireFinite(point, sequence_idx_, rows);
  }
  matrix.num_rows += rows.queries.size();
  if (matrix.num_rows < layout_->design().sequence_length()) return;
  matrix.num_rows = 0;
  summaries_[Slot(point.layer, head_idx)] = matrix.summarizer.Finish(BiasParts(head_idx));
}

}  // namespace zipflens
