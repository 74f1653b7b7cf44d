#include "zipflens/figures/figure_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

std::string Quoted(const std::string& text) {
  std::string line = OneLine(text);
  if (line.find_first_of(",\"") == std::string::npos) return line;
  std::string quoted = "\"";
  for (const char c : line) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

void Append(std::string& out, double value) {
  if (std::isfinite(value)) fmt::format_to(std::back_inserter(out), "{:.10g}", value);
}

void AppendAt(std::string& out, const std::vector<double>& values, std::size_t place) {
  if (place < values.size()) Append(out, values[place]);
}

std::string ImageData(const Image& image) {
  ZIPFLENS_CHECK(image.values.size() == image.rows * image.cols);
  std::string out = "row";
  for (std::size_t col = 0; col < image.cols; ++col) out += fmt::format(",{}", col);
  out += '\n';
  for (std::size_t row = 0; row < image.rows; ++row) {
    out += std::to_string(row);
    for (std::size_t col = 0; col < image.cols; ++col) {
      const float value = image.values[row * image.cols + col];
      out += ',';
      if (std::isfinite(value)) fmt::format_to(std::back_inserter(out), "{}", value);
    }
    out += '\n';
  }
  return out;
}

std::size_t NumPoints(const Figure& figure) {
  std::size_t num_points = 0;
  for (const Panel& panel : figure.panels) {
    for (const Series& series : panel.series) num_points += series.x.size();
  }
  return num_points;
}

bool HasSeries(const Figure& figure) {
  return std::any_of(figure.panels.begin(), figure.panels.end(),
                     [](const Panel& panel) { return !panel.series.empty(); });
}

}  // namespace

std::string ImageFileName(const Figure& figure, std::size_t panel_idx) {
  const bool alone = figure.panels.size() == 1 && !HasSeries(figure);
  return alone ? figure.name + ".csv" : fmt::format("{}_image{}.csv", figure.name, panel_idx + 1);
}

std::vector<DataFile> MakeDataFiles(const Figure& figure,
                                    std::vector<std::vector<DataRows>>& rows) {
  std::vector<DataFile> files;
  std::string points = "panel,series,x,y,lower,upper\n";
  // Address space, not memory: a text that grows by copying would take twice its size.
  constexpr std::size_t kLongestRow = 64;
  points.reserve(NumPoints(figure) * kLongestRow);
  std::size_t num_rows = 0;
  rows.assign(figure.panels.size(), {});
  for (std::size_t p = 0; p < figure.panels.size(); ++p) {
    const Panel& panel = figure.panels[p];
    if (panel.image) files.push_back({ImageFileName(figure, p), ImageData(*panel.image)});
    for (const Series& series : panel.series) {
      const std::string head = Quoted(panel.letter) + "," + Quoted(series.name) + ",";
      for (std::size_t i = 0; i < series.x.size(); ++i) {
        points += head;
        Append(points, series.x[i]);
        for (const auto* values : {&series.y, &series.lower, &series.upper}) {
          points += ',';
          AppendAt(points, *values, i);
        }
        points += '\n';
      }
      const std::size_t size = series.x.size();
      rows[p].push_back({num_rows, num_rows + (size == 0 ? 0 : size - 1)});
      num_rows += size;
    }
  }
  if (HasSeries(figure) || files.empty())
    files.push_back({figure.name + ".csv", std::move(points)});
  return files;
}

}  // namespace zipflens
