#include "cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/option_names.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/base/numbers.h"
#include "zipflens/base/safe_text.h"

namespace zipflens::cli {
namespace {

constexpr double kSecondsBetweenUpdates = 0.1;  // on a terminal
constexpr double kSecondsBetweenLines = 2.0;    // in a log
constexpr std::size_t kLongestMessage = 8 * kLongestShownText;

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

Terminal::Terminal(const OutputOptions& options)
    : quiet_(options.quiet), is_terminal_(::isatty(STDERR_FILENO) == 1) {
  const char* no_colour = std::getenv("NO_COLOR");
  has_colour_ = is_terminal_ && (no_colour == nullptr || *no_colour == '\0');
}

std::string Terminal::Coloured(const std::string& text, const char* code) const {
  return has_colour_ ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

std::string Terminal::ProgressLine(const ProgressUpdate& update, double seconds) const {
  const bool is_bytes = update.unit == "bytes";
  const auto amount = [is_bytes](std::uint64_t value) {
    return is_bytes ? ByteCount(Real(value)) : WithCommas(value);
  };
  std::string line = fmt::format("{}: {}", update.stage, amount(update.done));
  if (update.total > 0) line += fmt::format(" of {}", amount(update.total));
  if (!is_bytes) line += " " + update.unit;
  if (!update.detail.empty()) line += ", " + update.detail;
  if (seconds > 0.2 && update.done > stage_start_done_) {
    const double rate = Real(update.done - stage_start_done_) / seconds;
    if (is_bytes) {
      line += fmt::format(", {}/s", ByteCount(rate));
    } else {
      line += rate >= 100 ? fmt::format(", {}/s", WithCommas(static_cast<std::uint64_t>(rate)))
                          : fmt::format(", {:.1f}/s", rate);
    }
    if (update.done < update.total) {
      line += fmt::format(", {} left", Duration(Real(update.total - update.done) / rate));
    }
  }
  return line;
}

void Terminal::ShowProgress(const ProgressUpdate& update) {
  if (quiet_) return;
  const Clock::time_point now = Clock::now();
  if (update.stage != stage_) {
    FinishLine();
    stage_ = update.stage;
    stage_start_ = now;
    stage_start_done_ = update.done < update.total ? update.done : 0;
    last_shown_ = now;
  }
  const bool complete = update.total > 0 && update.done >= update.total;
  const double interval = is_terminal_ ? kSecondsBetweenUpdates : kSecondsBetweenLines;
  if (!complete && Seconds(now - last_shown_) < interval) return;
  last_shown_ = now;
  const std::string line = SafeText(ProgressLine(update, Seconds(now - stage_start_)));
  fmt::print(stderr, "{}{}{}", is_terminal_ ? "\r\033[K" : "", line, is_terminal_ ? "" : "\n");
  line_open_ = is_terminal_;
  if (complete) FinishLine();
  std::fflush(stderr);
}

void Terminal::FinishLine() {
  if (line_open_) fmt::print(stderr, "\n");
  line_open_ = false;
}

void Terminal::ShowMessage(const std::string& text) {
  if (quiet_) return;
  FinishLine();
  const std::string message = SafeText(WithFlags(text), kLongestMessage);
  constexpr std::string_view kWarning = "warning:";
  if (message.starts_with(kWarning)) {
    fmt::print(stderr, "{}{}\n", Coloured("warning:", "33"), message.substr(kWarning.size()));
  } else {
    fmt::print(stderr, "{}\n", message);
  }
}

void Terminal::ShowError(const std::string& message) {
  FinishLine();
  fmt::print(stderr, "zipflens: {} {}\n", Coloured("error:", "31"),
             SafeText(WithFlags(message), kLongestMessage));
}

void PrintText(std::string_view text) { fmt::print("{}", SafeLines(text)); }

void PrintJson(const nlohmann::ordered_json& json) {
  fmt::print("{}\n", SafeLines(JsonText(json, /*indent=*/2)));
}

std::string WithCommas(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string ByteCount(double num_bytes) {
  if (num_bytes < 1000) return fmt::format("{:.0f} bytes", num_bytes);
  const char* unit = "kB";
  double value = num_bytes / 1000;
  for (const char* larger : {"MB", "GB", "TB"}) {
    if (value < 1000) break;
    value /= 1000;
    unit = larger;
  }
  return fmt::format("{:.1f} {}", value, unit);
}

std::string Duration(double seconds) {
  const std::uint64_t whole = std::llround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

}  // namespace zipflens::cli
