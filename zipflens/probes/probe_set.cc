#include "zipflens/probes/probe_set.h"

#include <algorithm>

namespace zipflens {

ProbeSet::ProbeSet(const std::vector<Probe*>& probes, const ModelShape& shape) {
  for (Probe* probe : probes) {
    Listener listener{probe, probe->WantedPoints(shape)};
    std::sort(listener.points.begin(), listener.points.end());
    listeners_.push_back(std::move(listener));
  }
}

std::vector<ProbePoint> ProbeSet::WantedPoints(const ModelShape& /*shape*/) const {
  std::vector<ProbePoint> all;
  for (const Listener& listener : listeners_) {
    all.insert(all.end(), listener.points.begin(), listener.points.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

void ProbeSet::OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) {
  for (const Listener& listener : listeners_) {
    if (std::binary_search(listener.points.begin(), listener.points.end(), point)) {
      listener.probe->OnValues(point, head_idx, values);
    }
  }
}

}  // namespace zipflens
