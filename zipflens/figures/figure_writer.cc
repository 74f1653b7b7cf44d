#include "zipflens/figures/figure_writer.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "zipflens/base/atomic_output.h"
#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/parallel.h"
#include "zipflens/figures/figure_data.h"
#include "zipflens/figures/figure_layout.h"
#include "zipflens/figures/gnuplot_process.h"
#include "zipflens/figures/gnuplot_script.h"
#include "zipflens/figures/picture_file.h"
#include "zipflens/figures/raster_layer.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

const char* Ending(FigureFormat format) {
  switch (format) {
    case FigureFormat::kSvg:
      return ".svg";
    case FigureFormat::kPdf:
      return ".pdf";
    case FigureFormat::kPng:
      return ".png";
  }
  return "";
}

fs::path PicturePath(const Figure& figure, const fs::path& folder, FigureFormat format) {
  return folder / (figure.name + Ending(format));
}

std::string ReadWhole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Everything that the script reads, and the script.
void WriteSources(const Figure& figure, const fs::path& folder, const FigureOptions& options) {
  const FigureLayout layout = LayOut(figure);
  const std::vector<std::vector<DataRows>> rows = WriteDataFiles(figure, folder);
  for (std::size_t p = 0; p < figure.panels.size(); ++p) {
    if (!NeedsLayer(figure.panels[p])) continue;
    WriteFileOrThrow(folder / LayerFileName(figure, p),
                     DrawLayer(figure.panels[p], layout.panels[p]));
  }
  WriteFileOrThrow(folder / (figure.name + ".txt"), figure.caption + "\n");
  WriteFileOrThrow(folder / (figure.name + ".gp"),
                   MakeGnuplotScript(figure, layout, rows, options));
}

void DrawPictures(const Figure& figure, const fs::path& folder, const FigureOptions& options) {
  if (options.formats.empty()) return;
  for (const FigureFormat format : options.formats) {
    std::error_code ignored;  // what is left of an earlier picture must not pass for this one
    fs::remove(PicturePath(figure, folder, format), ignored);
  }
  RunGnuplot(options.gnuplot, folder, figure.name + ".gp");
  for (const FigureFormat format : options.formats) {
    const fs::path path = PicturePath(figure, folder, format);
    const std::string finished = FinishPicture(ReadWhole(path), format, figure, options);
    if (finished.empty()) {
      throw OutputError(
          fmt::format("{}: gnuplot did not draw it whole; is the disk full?", path.string()));
    }
    WriteFileOrThrow(path, finished);
  }
}

/// Without its panels: what is left costs no memory.
Figure WriteFigure(Figure figure, const fs::path& folder, const FigureOptions& options) {
  ZIPFLENS_CHECK(!figure.name.empty() && figure.name.find('/') == std::string::npos);
  const double width_mm = figure.width_mm;
  const double height_mm = figure.height_mm;
  figure.width_mm *= options.scale;
  figure.height_mm *= options.scale;
  WriteSources(figure, folder, options);
  figure.panels.clear();
  DrawPictures(figure, folder, options);
  figure.width_mm = width_mm;
  figure.height_mm = height_mm;
  return figure;
}

}  // namespace

std::vector<Figure> WriteFigures(const std::vector<FigureMaker>& makers,
                                 const std::filesystem::path& folder, const FigureOptions& options,
                                 ProgressObserver* observer) {
  ZIPFLENS_CHECK(options.num_threads >= 1 && options.scale > 0 && options.png_dots_per_inch > 0);
  std::vector<Figure> written;
  ProduceInParallelConsumeInOrder<Figure>(
      makers.size(), static_cast<std::size_t>(options.num_threads),
      [&](std::size_t figure_idx, std::size_t) {
        return WriteFigure(makers[figure_idx](), folder, options);
      },
      [&](std::size_t figure_idx, Figure&& figure) {
        if (observer != nullptr) {
          observer->OnProgress({"figures", figure_idx + 1, makers.size(), "figures", figure.name});
        }
        written.push_back(std::move(figure));
      });
  return written;
}

void WriteFigures(const std::vector<Figure>& figures, const std::filesystem::path& folder,
                  const FigureOptions& options, ProgressObserver* observer) {
  std::vector<FigureMaker> makers;
  makers.reserve(figures.size());
  for (const Figure& figure : figures) makers.emplace_back([&figure] { return figure; });
  WriteFigures(makers, folder, options, observer);
}

}  // namespace zipflens
