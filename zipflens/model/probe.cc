#include "zipflens/model/probe.h"

#include <fmt/format.h>

namespace zipflens {
namespace {

const char* KindName(PointKind kind) {
  switch (kind) {
    case PointKind::kScoreBiasParts:
      return "attention.score_bias_parts";
    case PointKind::kAttentionScores:
      return "attention.scores";
    case PointKind::kMeanAttentionScores:
      return "attention.mean_scores";
    case PointKind::kAttentionOutput:
      return "attention.output";
    case PointKind::kLayerOutput:
      return "output";
  }
  return "unknown";
}

}  // namespace

std::string PointName(const ProbePoint& point) {
  return fmt::format("layer.{}.{}", point.layer, KindName(point.kind));
}

}  // namespace zipflens
