#include "zipflens/probes/score_sample_probe.h"

#include <algorithm>

#include "zipflens/base/check.h"
#include "zipflens/probes/finite_check.h"

namespace zipflens {

ScoreSampleProbe::ScoreSampleProbe(std::vector<int> layers) : layers_(std::move(layers)) {}

void ScoreSampleProbe::BeginSequence(std::size_t sequence_idx) {
  sequence_idx_ = sequence_idx;
  samples_.assign(layers_.size(), {});
}

std::vector<ProbePoint> ScoreSampleProbe::WantedPoints(const ModelShape& /*shape*/) const {
  std::vector<ProbePoint> points;
  points.reserve(layers_.size());
  for (const int layer : layers_) points.push_back({layer, PointKind::kMeanScoreRows});
  return points;
}

void ScoreSampleProbe::OnScoreRows(const ProbePoint& point, int /*head_idx*/,
                                   const ScoreRows& rows) {
  RequireFinite(point, sequence_idx_, rows);
  const auto layer = std::ranges::find(layers_, point.layer);
  ZIPFLENS_CHECK(layer != layers_.end());
  std::vector<float>& sample = samples_[layer - layers_.begin()];
  const std::size_t length = rows.scores.cols;
  constexpr std::size_t kStride = kScoreSampleStride;
  sample.resize((length * length + kStride - 1) / kStride);
  for (std::size_t row = 0; row < rows.queries.size(); ++row) {
    const std::size_t begin = rows.queries[row] * length;
    for (std::size_t k = (begin + kStride - 1) / kStride; k * kStride < begin + length; ++k) {
      sample[k] = rows.scores(row, k * kStride - begin);
    }
  }
}

void ScoreSampleProbe::OnValues(const ProbePoint& point, int /*head_idx*/,
                                MatrixView<const float> /*values*/) {
  ZIPFLENS_CHECK(point.kind == PointKind::kMeanScoreRows);  // only rows are wanted
}

}  // namespace zipflens
