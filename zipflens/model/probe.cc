#include "zipflens/model/probe.h"

#include <fmt/format.h>

#include "zipflens/base/check.h"

namespace zipflens {
namespace {

const char* KindName(PointKind kind) {
  switch (kind) {
    case PointKind::kScoreBiasParts:
      return "attention.score_bias_parts";
    case PointKind::kAttentionScores:
    case PointKind::kScoreRows:
      return "attention.scores";
    case PointKind::kMeanAttentionScores:
    case PointKind::kMeanScoreRows:
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

void Probe::OnScoreRows(const ProbePoint& point, int /*head_idx*/, const ScoreRows& /*rows*/) {
  // A probe that wants rows must override this.
  ZIPFLENS_CHECK(point.kind != PointKind::kScoreRows && point.kind != PointKind::kMeanScoreRows);
}

}  // namespace zipflens
