#include "zipflens/probes/score_profile_probe.h"

#include <utility>

#include "zipflens/probes/finite_check.h"

namespace zipflens {

ScoreProfileProbe::ScoreProfileProbe(std::vector<int> layers) : layers_(std::move(layers)) {}

void ScoreProfileProbe::BeginSequence(int sequence_idx, const PairBins* bins) {
  sequence_idx_ = sequence_idx;
  bins_ = bins;
  profiles_.clear();
}

std::vector<ProbePoint> ScoreProfileProbe::WantedPoints(const ModelShape& /*shape*/) const {
  std::vector<ProbePoint> points;
  for (const int layer : layers_) points.push_back({layer, PointKind::kMeanAttentionScores});
  return points;
}

void ScoreProfileProbe::OnValues(const ProbePoint& point, int /*head_idx*/,
                                 MatrixView<const float> values) {
  RequireFinite(point, sequence_idx_, values);
  ScoreProfile profile;
  profile.bins = binner_.Moments(values, *bins_);
  for (std::size_t flat = 0; flat < values.rows * values.cols; flat += kScoreSampleStride) {
    profile.sample.push_back(values(flat / values.cols, flat % values.cols));
  }
  profiles_.push_back(std::move(profile));
}

}  // namespace zipflens
