// How long-running work reports its progress. The library never prints.
#pragma once

#include <cstdint>
#include <string>

namespace zipflens {

/// The state of a stage: `done` of `total` in `unit`, with an optional detail. A total of 0 means
/// that it is not known.
struct ProgressUpdate {
  std::string stage;  // "count", "encode", "figures"
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::string unit;    // "documents", "tokens", "sequences"
  std::string detail;  // "412,331 tokens"
};

/// Receives updates, one at a time. There may be very many calls; an observer decides which to
/// show.
class ProgressObserver {
 public:
  virtual ~ProgressObserver() = default;
  virtual void OnProgress(const ProgressUpdate& update) = 0;
  /// A complete line for a log: a finding, a warning, the end of a stage.
  virtual void OnMessage(const std::string& message) = 0;
};

/// For work that is too short to report.
class SilentObserver final : public ProgressObserver {
 public:
  void OnProgress(const ProgressUpdate& /*update*/) override {}
  void OnMessage(const std::string& /*message*/) override {}
};

}  // namespace zipflens
