// Output of the program: progress and messages on standard error, results on standard output.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "zipflens/base/progress.h"

namespace zipflens::cli {

/// Options that every command has.
struct OutputOptions {
  bool quiet = false;  // no progress, no messages
  bool json = false;   // results as JSON on standard output
};

/// Shows progress and messages. On a terminal, progress is one line that is rewritten, with rate
/// and remaining time; elsewhere it is a plain line every few seconds. Colour is used only on a
/// terminal, and only if NO_COLOR is not set.
class Terminal {
 public:
  explicit Terminal(const OutputOptions& options);

  void ShowProgress(const ProgressUpdate& update);
  /// Shows `text` on a line of its own.
  void ShowMessage(const std::string& text);
  /// Shows "zipflens: error: ...", also with --quiet.
  void ShowError(const std::string& message);
  /// Ends an open progress line, so that the next output starts on a new line.
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
  std::uint64_t stage_start_done_ = 0;  // `done` of the first update of the stage
  Clock::time_point last_shown_;
};

/// An observer that shows on a terminal what it is told. `Observer` is ProgressObserver or derived
/// from it.
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

/// Prints text of one or more lines on standard output, made safe for a terminal by SafeLines.
void PrintText(std::string_view text);

/// Prints JSON on standard output. Characters that control a terminal are written as \uHHHH.
void PrintJson(const nlohmann::ordered_json& json);

/// "1,234,567".
std::string WithCommas(std::uint64_t value);

/// "512 bytes", "1.2 MB", "20.3 GB": powers of 1000.
std::string ByteCount(double num_bytes);

/// "3 s", "2 min 5 s", "1 h 12 min".
std::string Duration(double seconds);

}  // namespace zipflens::cli
