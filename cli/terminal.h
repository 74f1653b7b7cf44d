// What the program says while it works: progress and messages on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "zipflens/base/progress.h"

namespace zipflens::cli {

/// Options every command shares.
struct OutputOptions {
  bool quiet = false;  // no progress, no messages
  bool json = false;   // results as JSON on standard output
};

/// Shows progress: on a terminal one line that is rewritten (rate, remaining time), elsewhere a
/// plain line now and then. Colour only on a terminal and without NO_COLOR.
class Terminal {
 public:
  explicit Terminal(const OutputOptions& options);

  void ShowProgress(const ProgressUpdate& update);
  /// A line of its own.
  void ShowMessage(const std::string& text);
  /// "zipflens: error: ..."; shown even when quiet.
  void ShowError(const std::string& message);
  /// Ends a progress line, so that what follows starts on a fresh one.
  void FinishLine();

 private:
  using Clock = std::chrono::steady_clock;

  std::string ProgressLine(const ProgressUpdate& update, double seconds) const;
  std::string Coloured(const std::string& text, const char* code) const;

  bool quiet_;
  bool is_terminal_;
  bool has_colour_;
  bool line_open_ = false;
  std::string stage_;
  Clock::time_point stage_start_;
  std::uint64_t stage_start_done_ = 0;  // what was done when the stage was first shown
  Clock::time_point last_shown_;
};

/// Shows on a terminal what an observer hears: ProgressObserver, or one derived from it.
template <typename Observer = ProgressObserver>
class TerminalObserver : public Observer {
 public:
  explicit TerminalObserver(Terminal& terminal) : terminal_(terminal) {}
  void OnProgress(const ProgressUpdate& update) override { terminal_.ShowProgress(update); }
  void OnMessage(const std::string& message) override { terminal_.ShowMessage(message); }

 protected:
  Terminal& terminal() { return terminal_; }

 private:
  Terminal& terminal_;
};

/// Prints text for people, of one or several lines, on standard output: SafeLines.
void PrintText(std::string_view text);

/// Prints JSON for scripts on standard output, with what a terminal would obey as \uHHHH.
void PrintJson(const nlohmann::ordered_json& json);

/// "1,234,567".
std::string WithCommas(std::uint64_t value);

/// "512 bytes", "1.2 MB", "20.3 GB": powers of 1000.
std::string ByteCount(double num_bytes);

/// "3 s", "2 min 5 s", "1 h 12 min".
std::string Duration(double seconds);

}  // namespace zipflens::cli
