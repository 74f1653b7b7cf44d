// RawCaptureProbe: the tensors themselves, handed on as they appear.
#pragma once

#include <functional>
#include <vector>

#include "zipflens/model/probe.h"

namespace zipflens {

/// Passes every wanted point of one sequence to a function; nothing is kept.
class RawCaptureProbe : public Probe {
 public:
  /// Called with the sequence, the point, the head (-1 where there is none) and the values, which
  /// are valid during the call only.
  using Sink = std::function<void(int sequence_idx, const ProbePoint& point, int head_idx,
                                  MatrixView<const float> values)>;

  RawCaptureProbe(std::vector<ProbePoint> points, Sink sink);

  /// Before each forward pass.
  void BeginSequence(int sequence_idx) { sequence_idx_ = sequence_idx; }

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override;
  /// Throws Error where a value is not finite, naming layer and sequence.
  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override;

 private:
  std::vector<ProbePoint> points_;
  Sink sink_;
  int sequence_idx_ = 0;
};

}  // namespace zipflens
