// ScoreSampleProbe: some of the attention scores, averaged over heads, for the eye
// (docs/analysis.md, part 5b).
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "zipflens/model/probe.h"

namespace zipflens {

/// The notebook shows every 500th pair of the flattened matrix.
inline constexpr std::size_t kScoreSampleStride = 500;

/// Keeps Z of the given layers at every kScoreSampleStride-th pair of the row-major matrix.
class ScoreSampleProbe : public Probe {
 public:
  /// `layers`: ascending, within the model.
  explicit ScoreSampleProbe(std::vector<int> layers);

  /// Before each forward pass.
  void BeginSequence(int sequence_idx);

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override;
  /// Throws Error where a score is not finite, naming layer and sequence.
  void OnScoreRows(const ProbePoint& point, int head_idx, const ScoreRows& rows) override;
  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override;

  /// After a forward pass: one sample a layer, in the order of `layers`.
  std::vector<std::vector<float>> TakeSamples() { return std::move(samples_); }

 private:
  std::vector<int> layers_;
  int sequence_idx_ = 0;
  std::vector<std::vector<float>> samples_;  // [layers]
};

}  // namespace zipflens
