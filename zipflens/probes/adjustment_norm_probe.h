// AdjustmentNormProbe: how far attention moves each token (docs/analysis.md, part 4).
#pragma once

#include <vector>

#include "zipflens/model/probe.h"

namespace zipflens {

/// Computes n[i] = ln |o[i, :]| for the given layers, one sequence at a time.
class AdjustmentNormProbe : public Probe {
 public:
  /// `layers`: ascending, within the model.
  explicit AdjustmentNormProbe(std::vector<int> layers);

  /// Begins a sequence. Call it before each forward pass.
  void BeginSequence(std::size_t sequence_idx);

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override;
  /// Throws Error, naming layer and sequence, if an output is not finite. The norm of a zero vector
  /// has no logarithm: its n is NaN.
  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override;

  /// The log norms n of the sequence, [layers, S] row-major, layers in the order given. Call it
  /// after the forward pass.
  std::vector<float> TakeLogNorms() { return std::move(log_norms_); }

 private:
  std::vector<int> layers_;
  std::size_t sequence_idx_ = 0;
  std::vector<float> log_norms_;
};

}  // namespace zipflens
