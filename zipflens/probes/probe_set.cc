#include "zipflens/probes/probe_set.h"

#include <algorithm>

#include "zipflens/base/check.h"

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

bool ProbeSet::Listener::Wants(const ProbePoint& point) const {
  return std::binary_search(points.begin(), points.end(), point);
}

std::span<const std::uint32_t> ProbeSet::QueryOrder() const {
  std::span<const std::uint32_t> order;
  for (const Listener& listener : listeners_) {
    const std::span<const std::uint32_t> wanted = listener.probe->QueryOrder();
    if (wanted.empty()) continue;
    ZIPFLENS_CHECK(order.empty());
    order = wanted;
  }
  return order;
}

void ProbeSet::OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) {
  for (const Listener& listener : listeners_) {
    if (listener.Wants(point)) listener.probe->OnValues(point, head_idx, values);
  }
}

void ProbeSet::OnScoreRows(const ProbePoint& point, int head_idx, const ScoreRows& rows) {
  for (const Listener& listener : listeners_) {
    if (listener.Wants(point)) listener.probe->OnScoreRows(point, head_idx, rows);
  }
}

}  // namespace zipflens
