// ProbeSet: several probes heard as one.
#pragma once

#include <vector>

#include "zipflens/model/probe.h"

namespace zipflens {

/// Hands every point to the probes that want it, in the order given. The probes must outlive the
/// set.
class ProbeSet : public Probe {
 public:
  ProbeSet(const std::vector<Probe*>& probes, const ModelShape& shape);

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override;
  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override;

 private:
  struct Listener {
    Probe* probe;
    std::vector<ProbePoint> points;  // ascending
  };
  std::vector<Listener> listeners_;
};

}  // namespace zipflens
