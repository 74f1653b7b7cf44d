// Probes and probe points: what a forward pass lets others see, with names and shapes, and who
// receives it.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "zipflens/base/matrix_view.h"
#include "zipflens/base/numbers.h"
#include "zipflens/kernels/attention/score_rows.h"

namespace zipflens {

/// What a probe can receive from a layer. S: tokens of the sequence, E: hidden size, H: heads, d:
/// head size.
enum class PointKind {
  /// What the biases b_Q and b_K of one head add to its scores, [3, S]; fired once per head. With q
  /// = x W_Q + b_Q, k = x W_K + b_K and s = 1 / sqrt(d): row 0, by query, is (q_i - b_Q) . b_K s;
  /// row 1, by key, is b_Q . (k_j - b_K) s; row 2 is b_Q . b_K s in every column. All are zero in a
  /// model without biases.
  kScoreBiasParts,
  /// z[h] = q_i . k_j / sqrt(d), before mask and softmax, [query, key] = [S, S]; fired once per
  /// head.
  kAttentionScores,
  /// The scores z[h] a few rows at a time while they are in cache, so that the whole matrix is
  /// never written for it. Received by Probe::OnScoreRows.
  kScoreRows,
  /// Z, the mean of z over the heads, [query, key] = [S, S].
  kMeanAttentionScores,
  /// The mean scores Z a few rows at a time. Received by Probe::OnScoreRows.
  kMeanScoreRows,
  /// o, the output of attention.output.dense with its bias, before residual and LayerNorm, [S, E].
  kAttentionOutput,
  /// The layer's output, after its last LayerNorm, [S, E].
  kLayerOutput,
};
inline constexpr std::size_t kNumPointKinds = Index(PointKind::kLayerOutput) + 1;

/// One point in the network, e.g. layer.6.attention.scores. Layers count from 0.
struct ProbePoint {
  int layer = 0;
  PointKind kind = PointKind::kAttentionScores;

  auto operator<=>(const ProbePoint&) const = default;
};

/// "layer.6.attention.score_bias_parts", "layer.6.attention.scores",
/// "layer.6.attention.mean_scores", "layer.6.attention.output", "layer.6.output". A point that
/// fires rows has the name of the matrix.
std::string PointName(const ProbePoint& point);

/// The shape of a model, as far as a probe needs it.
struct ModelShape {
  std::size_t vocab_size = 0;   // V
  std::size_t num_layers = 0;   // L
  std::size_t num_heads = 0;    // H
  std::size_t hidden_size = 0;  // E
  std::size_t head_size = 0;    // d = E / H
  std::size_t intermediate_size = 0;
  std::size_t max_position_embeddings = 0;  // largest S
};

/// The slot of a head among the 1 + H slots of a layer: 0 for the mean over heads (head -1), then
/// the heads.
constexpr std::size_t SlotOfHead(int head) { return head + 1; }
/// The head of a slot; -1 for the mean over heads.
constexpr int HeadOfSlot(std::size_t slot) { return static_cast<int>(slot) - 1; }

/// Rows of scores arrive in multiples of this number, except for the last rows of a matrix.
inline constexpr std::size_t kScoreRowsStep = 12;

/// Receives values of forward passes. A probe belongs to one thread and receives one sequence at a
/// time.
class Probe {
 public:
  virtual ~Probe() = default;

  /// The points that the probe wants. Called once, before anything runs. What no probe wants is not
  /// computed.
  virtual std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const = 0;

  /// The order in which the rows of kScoreRows and kMeanScoreRows are to arrive: every query of the
  /// sequence once, [S], or empty for any order. Called before each forward pass; the result must
  /// stay valid until the pass ends.
  virtual std::span<const std::uint32_t> QueryOrder() const { return {}; }

  /// Receives the values at a wanted point: float32, row-major, in the order of the tokens, valid
  /// during the call only. `head_idx` is the head for kScoreBiasParts and kAttentionScores and -1
  /// for the others. Points of a sequence arrive layer by layer. Within a layer the order is: score
  /// bias parts (heads in order), scores (heads in order), mean scores, attention output, layer
  /// output. Rows of scores arrive before the matrices.
  virtual void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) = 0;

  /// Receives the next rows at a wanted kScoreRows (`head_idx` is the head) or kMeanScoreRows (-1),
  /// valid during the call only. The rows of one matrix arrive in QueryOrder. Rows of the heads and
  /// of their mean alternate.
  virtual void OnScoreRows(const ProbePoint& point, int head_idx, const ScoreRows& rows);
};

}  // namespace zipflens
