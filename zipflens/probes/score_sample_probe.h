// ScoreSampleProbe: a sample of the mean scores, for figure part5b (docs/analysis.md).
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "zipflens/model/probe.h"

namespace zipflens {

/// The distance between two sampled pairs in the flattened matrix. The notebook shows every 500th
/// pair.
inline constexpr std::size_t kScoreSampleStride = 500;

/// Keeps Z of the given layers at every kScoreSampleStride-th pair of the row-major matrix [S, S].
class ScoreSampleProbe : public Probe {
 public:
  /// `layers`: ascending, within the model.
  explicit ScoreSampleProbe(std::vector<int> layers);

  /// Begins a sequence. Call it before each forward pass.
  void BeginSequence(std::size_t sequence_idx);

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override;
  /// Throws Error, naming layer and sequence, if a score is not finite.
  void OnScoreRows(const ProbePoint& point, int head_idx, const ScoreRows& rows) override;
  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override;

  /// One sample per layer, in the order of `layers`. Call it after the forward pass.
  std::vector<std::vector<float>> TakeSamples() { return std::move(samples_); }

 private:
  std::vector<int> layers_;
  std::size_t sequence_idx_ = 0;
  std::vector<std::vector<float>> samples_;  // [layers]
};

}  // namespace zipflens
