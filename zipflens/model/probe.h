// Probe points: the names and shapes of what a forward pass lets others see, and who listens.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <vector>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// What can be listened to in a layer. S: tokens of the sequence, E: hidden size, H: heads, d: head
/// size.
enum class PointKind {
  /// z[h]: q_i . k_j / sqrt(d), before mask and softmax, [query, key] = [S, S]; fired once a head.
  kAttentionScores,
  /// Z: the mean of z over the heads, [query, key] = [S, S].
  kMeanAttentionScores,
  /// o: output of attention.output.dense with its bias, before residual and LayerNorm, [S, E].
  kAttentionOutput,
  /// The layer's output, after its last LayerNorm, [S, E].
  kLayerOutput,
};

/// One place in the network, e.g. layer.6.attention.scores. Layers are counted from 0.
struct ProbePoint {
  int layer = 0;
  PointKind kind = PointKind::kAttentionScores;

  auto operator<=>(const ProbePoint&) const = default;
};

/// "layer.6.attention.scores", "layer.6.attention.mean_scores", "layer.6.attention.output",
/// "layer.6.output".
std::string PointName(const ProbePoint& point);

/// The shape of a model, as far as a probe must know it.
struct ModelShape {
  int vocab_size = 0;   // V
  int num_layers = 0;   // L
  int num_heads = 0;    // H
  int hidden_size = 0;  // E
  int head_size = 0;    // d = E / H
  int intermediate_size = 0;
  int max_position_embeddings = 0;  // largest S
};

/// Listens to forward passes. A probe belongs to one thread; it hears one sequence at a time.
class Probe {
 public:
  virtual ~Probe() = default;

  /// Asked once, before anything runs. What no probe wants is not computed.
  virtual std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const = 0;

  /// The values at a wanted point. `head_idx` counts heads for kAttentionScores and is -1
  /// elsewhere. The view is valid during the call only; values are float32, row-major, in the order
  /// of the tokens. Points of a sequence arrive layer by layer; within a layer scores (heads in
  /// order), then mean scores, attention output, layer output.
  virtual void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) = 0;
};

}  // namespace zipflens
