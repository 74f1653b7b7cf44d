// RawCaptureProbe: passes the tensors themselves on as they appear.
#pragma once

#include <functional>
#include <vector>

#include "zipflens/model/probe.h"

namespace zipflens {

/// Passes the values at every wanted point to a function. Keeps nothing.
class RawCaptureProbe : public Probe {
 public:
  /// Receives the sequence, the point, the head (-1 if the point has none) and the values, which
  /// are valid during the call only.
  using Sink = std::function<void(std::size_t sequence_idx, const ProbePoint& point, int head_idx,
                                  MatrixView<const float> values)>;

  RawCaptureProbe(std::vector<ProbePoint> points, Sink sink);

  /// Begins a sequence. Call it before each forward pass.
  void BeginSequence(std::size_t sequence_idx) { sequence_idx_ = sequence_idx; }

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override;
  /// Throws Error, naming layer and sequence, if a value is not finite.
  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override;

 private:
  std::vector<ProbePoint> points_;
  Sink sink_;
  std::size_t sequence_idx_ = 0;
};

}  // namespace zipflens
