#include "zipflens/figures/figure_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/figures/raster_layer.h"
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

/// Writes series one after another, with one row per point.
class SeriesFile {
 public:
  explicit SeriesFile(std::filesystem::path path) : file_(std::move(path)) {
    file_.text() += "panel,series,x,y,lower,upper";
    file_.EndRow();
  }

  DataRows Write(const Panel& panel, const Series& series) {
    const std::string head = Quoted(panel.letter) + "," + Quoted(series.name) + ",";
    const std::size_t size = series.x.size();
    for (std::size_t i = 0; i < size; ++i) {
      file_.text() += head;
      Append(file_.text(), series.x[i]);
      for (const auto* values : {&series.y, &series.lower, &series.upper}) {
        file_.text() += ',';
        AppendAt(file_.text(), *values, i);
      }
      file_.EndRow();
    }
    const DataRows rows = {num_rows_, num_rows_ + (size == 0 ? 0 : size - 1)};
    num_rows_ += size;
    return rows;
  }

  void Close() { file_.Close(); }

 private:
  TextFile file_;
  std::size_t num_rows_ = 0;
};

bool HasSeries(const Figure& figure) {
  return std::any_of(figure.panels.begin(), figure.panels.end(),
                     [](const Panel& panel) { return !panel.series.empty(); });
}

bool HasSeriesThat(const Figure& figure, bool are_layered) {
  return std::any_of(figure.panels.begin(), figure.panels.end(), [&](const Panel& panel) {
    const std::vector<bool> is_layered = LayeredSeries(panel);
    return std::find(is_layered.begin(), is_layered.end(), are_layered) != is_layered.end();
  });
}

/// Whether a raster shows some of the figure's series but not all.
bool HasDrawnFile(const Figure& figure) {
  return HasSeriesThat(figure, /*are_layered=*/true) &&
         HasSeriesThat(figure, /*are_layered=*/false);
}

}  // namespace

std::string ImageFileName(const Figure& figure, std::size_t panel_idx) {
  const bool alone = figure.panels.size() == 1 && !HasSeries(figure);
  return alone ? figure.name + ".csv" : fmt::format("{}_image{}.csv", figure.name, panel_idx + 1);
}

std::string SeriesFileName(const Figure& figure, bool is_layered) {
  return figure.name + (HasDrawnFile(figure) && !is_layered ? "_drawn.csv" : ".csv");
}

std::vector<std::vector<DataRows>> WriteDataFiles(const Figure& figure,
                                                  const std::filesystem::path& folder) {
  bool is_written = false;
  for (std::size_t p = 0; p < figure.panels.size(); ++p) {
    if (!figure.panels[p].image) continue;
    WriteImage(*figure.panels[p].image, folder / ImageFileName(figure, p));
    is_written = true;
  }
  std::vector<std::vector<DataRows>> rows(figure.panels.size());
  if (is_written && !HasSeries(figure)) return rows;
  SeriesFile whole(folder / (figure.name + ".csv"));
  std::optional<SeriesFile> drawn;
  if (HasDrawnFile(figure)) drawn.emplace(folder / SeriesFileName(figure, /*is_layered=*/false));
  for (std::size_t p = 0; p < figure.panels.size(); ++p) {
    const Panel& panel = figure.panels[p];
    const std::vector<bool> is_layered = LayeredSeries(panel);
    for (std::size_t s = 0; s < panel.series.size(); ++s) {
      rows[p].push_back(whole.Write(panel, panel.series[s]));
      if (drawn && !is_layered[s]) rows[p].back() = drawn->Write(panel, panel.series[s]);
    }
  }
  whole.Close();
  if (drawn) drawn->Close();
  return rows;
}

}  // namespace zipflens
