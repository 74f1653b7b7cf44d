// Probe points: the names and shapes of what a forward pass lets others see, and who listens.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// What can be listened to in a layer. S: tokens of the sequence, E: hidden size, H: heads, d: head
/// size.
enum class PointKind {
  /// What the biases b_Q and b_K of one head add to its scores, [3, S]; fired once a head. With
  /// q = x W_Q + b_Q, k = x W_K + b_K and s = 1 / sqrt(d): row 0, by query, (q_i - b_Q) . b_K s;
  /// row 1, by key, b_Q . (k_j - b_K) s; row 2, in every column, b_Q . b_K s. All zero without
  /// biases.
  kScoreBiasParts,
  /// z[h]: q_i . k_j / sqrt(d), before mask and softmax, [query, key] = [S, S]; fired once a head.
  kAttentionScores,
  /// The same, some rows at a time while they are in cache, never the whole matrix: by
  /// Probe::OnScoreRows.
  kScoreRows,
  /// Z: the mean of z over the heads, [query, key] = [S, S].
  kMeanAttentionScores,
  /// The same, some rows at a time: by Probe::OnScoreRows.
  kMeanScoreRows,
  /// o: output of attention.output.dense with its bias, before residual and LayerNorm, [S, E].
  kAttentionOutput,
  /// The layer's output, after its last LayerNorm, [S, E].
  kLayerOutput,
};
inline constexpr std::size_t kNumPointKinds = static_cast<std::size_t>(PointKind::kLayerOutput) + 1;

/// One place in the network, e.g. layer.6.attention.scores. Layers are counted from 0.
struct ProbePoint {
  int layer = 0;
  PointKind kind = PointKind::kAttentionScores;

  auto operator<=>(const ProbePoint&) const = default;
};

/// "layer.6.attention.score_bias_parts", "layer.6.attention.scores",
/// "layer.6.attention.mean_scores", "layer.6.attention.output", "layer.6.output". Rows are named
/// after the matrix that they are rows of.
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

/// Some rows of a matrix of scores.
struct ScoreRows {
  std::span<const std::uint32_t> queries;  // [rows], places in the sequence
  MatrixView<const float> scores;          // [rows, S]
};

/// Rows of scores arrive in multiples of this, but for the last ones of a matrix.
inline constexpr std::size_t kScoreRowsStep = 12;

/// Listens to forward passes. A probe belongs to one thread; it hears one sequence at a time.
class Probe {
 public:
  virtual ~Probe() = default;

  /// Asked once, before anything runs. What no probe wants is not computed.
  virtual std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const = 0;

  /// In which order the rows of kScoreRows and kMeanScoreRows are to arrive: [S], every query of
  /// the sequence once; empty: as they come. Asked before each forward pass; valid until it ends.
  virtual std::span<const std::uint32_t> QueryOrder() const { return {}; }

  /// The values at a wanted point. `head_idx` counts heads for kScoreBiasParts and
  /// kAttentionScores and is -1 elsewhere. The view is valid during the call only; values are
  /// float32, row-major, in the order of the tokens. Points of a sequence arrive layer by layer;
  /// within a layer score bias parts (heads in order), then scores (heads in order), mean scores,
  /// attention output, layer output. Rows of scores arrive before the matrices.
  virtual void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) = 0;

  /// The next rows at a wanted kScoreRows (of one head) or kMeanScoreRows (head_idx -1), valid
  /// during the call only. Those of one matrix arrive in QueryOrder; those of the heads and of
  /// their mean take turns.
  virtual void OnScoreRows(const ProbePoint& point, int head_idx, const ScoreRows& rows);
};

}  // namespace zipflens
