// ScoreProfileProbe: attention scores, averaged over heads, by pair frequency (analysis.md, parts 5
// and 6).
#pragma once

#include <cstddef>
#include <vector>

#include "zipflens/model/probe.h"
#include "zipflens/stats/binned_scores.h"

namespace zipflens {

/// What one layer of one sequence leaves behind of Z, instead of Z.
struct ScoreProfile {
  BinMoments bins;            // [bins of the sequence]
  std::vector<float> sample;  // Z at every kScoreSampleStride-th pair of the row-major matrix
};

/// The notebook shows every 500th pair of the flattened matrix.
inline constexpr std::size_t kScoreSampleStride = 500;

/// Bins Z of the given layers, one sequence at a time. Z itself is not kept.
class ScoreProfileProbe : public Probe {
 public:
  /// `layers`: ascending, within the model.
  explicit ScoreProfileProbe(std::vector<int> layers);

  /// Before each forward pass. `bins` must live until it ends.
  void BeginSequence(int sequence_idx, const PairBins* bins);

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override;
  /// Throws Error where a score is not finite, naming layer and sequence.
  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override;

  /// After a forward pass: one profile a layer, in the order of `layers`.
  std::vector<ScoreProfile> TakeProfiles() { return std::move(profiles_); }

 private:
  std::vector<int> layers_;
  int sequence_idx_ = 0;
  const PairBins* bins_ = nullptr;
  ScoreBinner binner_;
  std::vector<ScoreProfile> profiles_;
};

}  // namespace zipflens
