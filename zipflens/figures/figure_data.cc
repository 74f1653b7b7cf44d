#include "zipflens/figures/figure_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/base/safe_text.h"

namespace zipflens {
namespace {

std::string Quoted(const std::string& text) {
  std::string line = OneLine(text);
  if (line.find_first_of(",\"") == std::string::npos) return line;
  std::string quoted = "\"";
  for (const char c : line) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

/// `value` with 10 digits as "{:.10g}" writes it, five times as fast; false if it may not be so:
/// the value is not of usual size, or so near the middle of two roundings that the error of the
/// product, at most 1e-6, counts.
bool AppendQuickly(std::string& out, double value) {
  constexpr double kMostUnclear = 1e-5;
  constexpr std::array<double, 14> kPowers = {1,   1e1, 1e2, 1e3,  1e4,  1e5,  1e6,
                                              1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13};
  const double size = std::abs(value);
  if (!(size >= 1e-3 && size < 1e9)) return false;
  std::size_t decimals = 0;
  while (size * kPowers[decimals] < 1e9) ++decimals;
  const double scaled = size * kPowers[decimals];
  auto digits = static_cast<std::uint64_t>(scaled);
  const double rest = scaled - static_cast<double>(digits);
  if (std::abs(rest - 0.5) < kMostUnclear) return false;
  digits += rest > 0.5 ? 1 : 0;
  if (digits >= 10'000'000'000) return false;
  for (; decimals > 0 && digits % 10 == 0; --decimals) digits /= 10;
  if (value < 0) out += '-';
  const fmt::format_int text(digits);
  const std::string_view all(text.data(), text.size());
  const std::size_t num_whole = all.size() > decimals ? all.size() - decimals : 0;
  out += num_whole == 0 ? "0" : all.substr(0, num_whole);
  if (decimals == 0) return true;
  out += '.';
  out.append(decimals - (all.size() - num_whole), '0');
  out += all.substr(num_whole);
  return true;
}

void Append(std::string& out, double value) {
  if (!std::isfinite(value) || AppendQuickly(out, value)) return;
  out += fmt::format("{:.10g}", value);
}

/// A text file that is written as it grows.
class TextFile {
 public:
  explicit TextFile(std::filesystem::path path)
      : path_(std::move(path)), file_(path_, std::ios::binary | std::ios::trunc) {
    Check();
  }

  /// Where the next piece of text is put together.
  std::string& text() { return text_; }

  /// Called after every row.
  void EndRow() {
    text_ += '\n';
    if (text_.size() >= kMostInMemory) Flush();
  }

  void Close() {
    Flush();
    file_.close();
    Check();
  }

 private:
  static constexpr std::size_t kMostInMemory = std::size_t{1} << 16;

  void Flush() {
    ThrowIfInterrupted();
    file_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    text_.clear();
    Check();
  }

  void Check() const {
    if (file_) return;
    throw OutputError(fmt::format("{}: cannot be written: {}", path_.string(), ErrnoText(errno)));
  }

  std::filesystem::path path_;
  std::ofstream file_;
  std::string text_;
};

void WriteImage(const Image& image, const std::filesystem::path& path) {
  ZIPFLENS_CHECK(image.values.size() == image.rows * image.cols);
  TextFile file(path);
  file.text() += "row";
  for (std::size_t col = 0; col < image.cols; ++col) file.text() += fmt::format(",{}", col);
  file.EndRow();
  for (std::size_t row = 0; row < image.rows; ++row) {
    file.text() += std::to_string(row);
    for (std::size_t col = 0; col < image.cols; ++col) {
      const float value = image.values[row * image.cols + col];
      file.text() += ',';
      if (std::isfinite(value)) fmt::format_to(std::back_inserter(file.text()), "{}", value);
    }
    file.EndRow();
  }
  file.Close();
}

void WriteSeries(const Figure& figure, const std::filesystem::path& path) {
  TextFile file(path);
  file.text() += "panel,series,x,y,lower,upper";
  file.EndRow();
  for (const Panel& panel : figure.panels) {
    for (const Series& series : panel.series) {
      const std::string head = Quoted(panel.letter) + "," + Quoted(series.name) + ",";
      for (std::size_t i = 0; i < series.x.size(); ++i) {
        file.text() += head;
        Append(file.text(), series.x[i]);
        for (const auto* values : {&series.y, &series.lower, &series.upper}) {
          file.text() += ',';
          if (i < values->size()) Append(file.text(), (*values)[i]);
        }
        file.EndRow();
      }
    }
  }
  file.Close();
}

}  // namespace

void WriteDataFiles(const Figure& figure, const std::filesystem::path& folder) {
  const auto& panels = figure.panels;
  const bool has_series = std::any_of(panels.begin(), panels.end(),
                                      [](const Panel& panel) { return !panel.series.empty(); });
  const bool has_image = std::any_of(panels.begin(), panels.end(),
                                     [](const Panel& panel) { return panel.image.has_value(); });
  for (std::size_t p = 0; p < panels.size(); ++p) {
    if (!panels[p].image) continue;
    const bool is_alone = panels.size() == 1 && !has_series;
    WriteImage(*panels[p].image,
               folder / (is_alone ? figure.name + ".csv"
                                  : fmt::format("{}_image{}.csv", figure.name, p + 1)));
  }
  if (has_series || !has_image) WriteSeries(figure, folder / (figure.name + ".csv"));
}

}  // namespace zipflens
