#include "zipflens/probes/probe_set.h"

#include <algorithm>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

std::size_t Place(const ProbePoint& point) {
  return point.layer * kNumPointKinds + Index(point.kind);
}

void SortEachOnce(std::vector<ProbePoint>& points) {
  std::ranges::sort(points);
  points.erase(std::unique(points.begin(), points.end()), points.end());
}

}  // namespace

ProbeSet::ProbeSet(const std::vector<Probe*>& probes, const ModelShape& shape) : probes_(probes) {
  for (Probe* probe : probes_) {
    std::vector<ProbePoint> points = probe->WantedPoints(shape);
    SortEachOnce(points);
    for (const ProbePoint& point : points) {
      listeners_.resize(std::max(listeners_.size(), Place(point) + 1));
      listeners_[Place(point)].push_back(probe);
    }
    points_.insert(points_.end(), points.begin(), points.end());
  }
  SortEachOnce(points_);
}

std::vector<ProbePoint> ProbeSet::WantedPoints(const ModelShape& /*shape*/) const {
  return points_;
}

std::span<const std::uint32_t> ProbeSet::QueryOrder() const {
  std::span<const std::uint32_t> order;
  for (const Probe* probe : probes_) {
    const std::span<const std::uint32_t> wanted = probe->QueryOrder();
    if (wanted.empty()) continue;
    ZIPFLENS_CHECK(order.empty());
    order = wanted;
  }
  return order;
}

std::span<Probe* const> ProbeSet::ListenersOf(const ProbePoint& point) const {
  const std::size_t place = Place(point);
  if (place >= listeners_.size()) return {};
  return listeners_[place];
}

void ProbeSet::OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) {
  for (Probe* probe : ListenersOf(point)) probe->OnValues(point, head_idx, values);
}

void ProbeSet::OnScoreRows(const ProbePoint& point, int head_idx, const ScoreRows& rows) {
  for (Probe* probe : ListenersOf(point)) probe->OnScoreRows(point, head_idx, rows);
}

}  // namespace zipflens
