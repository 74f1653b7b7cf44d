#include "zipflens/probes/adjustment_norm_probe.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "zipflens/kernels/statistics/row_norms.h"
#include "zipflens/probes/finite_check.h"

namespace zipflens {

AdjustmentNormProbe::AdjustmentNormProbe(std::vector<int> layers) : layers_(std::move(layers)) {}

void AdjustmentNormProbe::BeginSequence(std::size_t sequence_idx) {
  sequence_idx_ = sequence_idx;
  log_norms_.clear();
}

std::vector<ProbePoint> AdjustmentNormProbe::WantedPoints(const ModelShape& /*shape*/) const {
  std::vector<ProbePoint> points;
  for (const int layer : layers_) points.push_back({layer, PointKind::kAttentionOutput});
  return points;
}

void AdjustmentNormProbe::OnValues(const ProbePoint& point, int /*head_idx*/,
                                   MatrixView<const float> values) {
  const std::size_t begin = log_norms_.size();
  log_norms_.resize(begin + values.rows);
  const std::span<float> norms = std::span(log_norms_).subspan(begin);
  RowLogNormsInto(values, norms);
  // A value that is not finite makes its norm not finite, so the values are checked only then.
  if (std::ranges::all_of(norms, [](float norm) { return std::isfinite(norm); })) return;
  RequireFinite(point, sequence_idx_, values);
  // The other norms that are not finite are of zero vectors, and ln 0 has no value.
  for (float& norm : norms) {
    if (norm == -std::numeric_limits<float>::infinity()) {
      norm = std::numeric_limits<float>::quiet_NaN();
    }
  }
}

}  // namespace zipflens
