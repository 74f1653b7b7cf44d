// ForwardPlan: how much of each layer a forward pass computes, and which probe points it fires.
#pragma once

#include <vector>

#include "zipflens/model/probe.h"

namespace zipflens {

/// The part of a layer after which its computation may end, in order.
enum class LayerEnd { kScores, kAttentionOutput, kLayerOutput };

/// The plan for one layer.
struct LayerPlan {
  bool fires_bias_parts = false;
  bool fires_scores = false;
  bool fires_score_rows = false;
  bool fires_mean_scores = false;
  bool fires_mean_score_rows = false;
  bool fires_attention_output = false;
  bool fires_layer_output = false;
  bool sums_scores() const { return fires_mean_scores || fires_mean_score_rows; }
  LayerEnd end = LayerEnd::kLayerOutput;  // nothing after it is computed
};

/// See encoder.h. Immutable.
class ForwardPlan {
 public:
  /// Throws UsageError for a layer that `shape` does not have.
  ForwardPlan(const ModelShape& shape, const std::vector<ProbePoint>& wanted);

  /// The plans of layers 0, 1, ... up to the last one to run; empty if no point is wanted.
  const std::vector<LayerPlan>& layers() const { return layers_; }

 private:
  std::vector<LayerPlan> layers_;
};

}  // namespace zipflens
