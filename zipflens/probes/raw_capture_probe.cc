#include "zipflens/probes/raw_capture_probe.h"

#include <utility>

#include "zipflens/probes/finite_check.h"

namespace zipflens {

RawCaptureProbe::RawCaptureProbe(std::vector<ProbePoint> points, Sink sink)
    : points_(std::move(points)), sink_(std::move(sink)) {}

std::vector<ProbePoint> RawCaptureProbe::WantedPoints(const ModelShape& /*shape*/) const {
  return points_;
}

void RawCaptureProbe::OnValues(const ProbePoint& point, int head_idx,
                               MatrixView<const float> values) {
  RequireFinite(point, sequence_idx_, values);
  sink_(sequence_idx_, point, head_idx, values);
}

}  // namespace zipflens
