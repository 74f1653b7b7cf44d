#include "zipflens/probes/score_sample_probe.h"

#include "zipflens/probes/finite_check.h"

namespace zipflens {

ScoreSampleProbe::ScoreSampleProbe(std::vector<int> layers) : layers_(std::move(layers)) {}

void ScoreSampleProbe::BeginSequence(int sequence_idx) {
  sequence_idx_ = sequence_idx;
  samples_.clear();
}

std::vector<ProbePoint> ScoreSampleProbe::WantedPoints(const ModelShape& /*shape*/) const {
  std::vector<ProbePoint> points;
  points.reserve(layers_.size());
  for (const int layer : layers_) points.push_back({layer, PointKind::kMeanAttentionScores});
  return points;
}

void ScoreSampleProbe::OnValues(const ProbePoint& point, int /*head_idx*/,
                                MatrixView<const float> values) {
  RequireFinite(point, sequence_idx_, values);
  std::vector<float>& sample = samples_.emplace_back();
  for (std::size_t flat = 0; flat < values.rows * values.cols; flat += kScoreSampleStride) {
    sample.push_back(values(flat / values.cols, flat % values.cols));
  }
}

}  // namespace zipflens
