// ProbeSet: several probes combined into one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "zipflens/model/probe.h"

namespace zipflens {

/// Passes the values at every point to the probes that want it, in the order given. The probes must
/// outlive the set. At most one of them may ask for an order of queries; the others receive rows in
/// that order too.
class ProbeSet : public Probe {
 public:
  ProbeSet(const std::vector<Probe*>& probes, const ModelShape& shape);

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override;
  std::span<const std::uint32_t> QueryOrder() const override;
  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override;
  void OnScoreRows(const ProbePoint& point, int head_idx, const ScoreRows& rows) override;

 private:
  std::span<Probe* const> ListenersOf(const ProbePoint& point) const;

  std::vector<Probe*> probes_;
  std::vector<ProbePoint> points_;              // all wanted points, ascending
  std::vector<std::vector<Probe*>> listeners_;  // [layers * kNumPointKinds]
};

}  // namespace zipflens
