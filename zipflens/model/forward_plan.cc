#include "zipflens/model/forward_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "zipflens/base/error.h"

namespace zipflens {

ForwardPlan::ForwardPlan(const ModelShape& shape, const std::vector<ProbePoint>& wanted) {
  int num_layers = 0;
  for (const ProbePoint& point : wanted) {
    if (point.layer < 0 || std::cmp_greater_equal(point.layer, shape.num_layers)) {
      throw UsageError(
          fmt::format("layer {}: the model has layers 0 to {}", point.layer, shape.num_layers - 1));
    }
    num_layers = std::max(num_layers, point.layer + 1);
  }
  layers_.resize(num_layers);
  for (const ProbePoint& point : wanted) {
    LayerPlan& layer = layers_[point.layer];
    layer.fires_bias_parts |= point.kind == PointKind::kScoreBiasParts;
    layer.fires_scores |= point.kind == PointKind::kAttentionScores;
    layer.fires_score_rows |= point.kind == PointKind::kScoreRows;
    layer.fires_mean_scores |= point.kind == PointKind::kMeanAttentionScores;
    layer.fires_mean_score_rows |= point.kind == PointKind::kMeanScoreRows;
    layer.fires_attention_output |= point.kind == PointKind::kAttentionOutput;
    layer.fires_layer_output |= point.kind == PointKind::kLayerOutput;
  }
  if (layers_.empty() || layers_.back().fires_layer_output) return;
  layers_.back().end =
      layers_.back().fires_attention_output ? LayerEnd::kAttentionOutput : LayerEnd::kScores;
}

}  // namespace zipflens
