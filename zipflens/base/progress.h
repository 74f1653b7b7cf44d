// How long work reports how far it is; the library never prints.
#pragma once

#include <cstdint>
#include <string>

namespace zipflens {

/// A stage's state: `done` of `total` in `unit` (total 0: not known), with an optional remark.
struct ProgressUpdate {
  std::string stage;  // "count", "encode", "figures"
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::string unit;    // "documents", "tokens", "sequences"
  std::string detail;  // "412,331 tokens"
};

/// Receives updates, from one thread at a time. Calls may be many: an observer thins them itself.
class ProgressObserver {
 public:
  virtual ~ProgressObserver() = default;
  virtual void OnProgress(const ProgressUpdate& update) = 0;
  /// A complete line worth keeping in a log: a finding, a warning, the end of a stage.
  virtual void OnMessage(const std::string& message) = 0;
};

}  // namespace zipflens
