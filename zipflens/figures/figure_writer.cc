#include "zipflens/figures/figure_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <fstream>
#include <iterator>
#include <new>
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
#include "zipflens/figures/text_measure.h"

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

std::string ReadWhole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Writes the script and all files that it reads.
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

void RemovePictures(const std::string& name, const fs::path& folder) {
  for (const FigureFormat format : {FigureFormat::kSvg, FigureFormat::kPdf, FigureFormat::kPng}) {
    std::error_code ignored;
    fs::remove(folder / (name + Ending(format)), ignored);
  }
}

void DrawPictures(const Figure& figure, const fs::path& folder, const FigureOptions& options) {
  if (options.formats.empty()) return;
  RemovePictures(figure.name, folder);  // so that no earlier picture is taken for this one
  RunGnuplot(options.gnuplot, folder, figure.name + ".gp", options.seconds_per_figure);
  for (const FigureFormat format : options.formats) {
    const std::string name = figure.name + Ending(format);
    const std::string finished = FinishPicture(ReadWhole(folder / name), format, figure, options);
    if (finished.empty()) {
      throw OutputError(
          fmt::format("{}: {} did not draw it whole; is the disk full?", name, options.gnuplot));
    }
    WriteFileOrThrow(folder / name, finished);
  }
}

/// Afterwards without its panels: what is left costs no memory.
void WriteFigure(Figure& figure, const fs::path& folder, const FigureOptions& options) {
  ZIPFLENS_CHECK(!figure.name.empty() && figure.name.find('/') == std::string::npos);
  Figure scaled = std::move(figure);
  figure = {.name = scaled.name,
            .width_mm = scaled.width_mm,
            .height_mm = scaled.height_mm,
            .footnote = scaled.footnote,
            .warnings = scaled.warnings,
            .caption = scaled.caption};
  scaled.width_mm *= options.scale;
  scaled.height_mm *= options.scale;
  WriteSources(scaled, folder, options);
  scaled.panels.clear();
  DrawPictures(scaled, folder, options);
}

/// The error on one line, without the name of the folder, which may be temporary.
std::string Reason(std::string what, const fs::path& folder) {
  const std::string prefix = (folder / "").string();
  for (std::size_t at = what.find(prefix); at != std::string::npos; at = what.find(prefix, at)) {
    what.erase(at, prefix.size());
  }
  return OneLine(what);
}

/// Makes and draws figures; each failure is turned into a value here: the reason is kept, half a
/// picture is not. Thread-safe.
class CarefulWriter {
 public:
  CarefulWriter(const fs::path& folder, const FigureOptions& options)
      : folder_(folder), options_(options) {}

  WrittenFigure Write(const FigureMaker& maker) {
    WrittenFigure written{.figure = {.name = maker.name}};
    try {
      FigureOptions options = options_;
      if (was_too_slow_) options.seconds_per_figure = std::min(options.seconds_per_figure, 10.0);
      written.figure = maker.make();
      WriteFigure(written.figure, folder_, options);
    } catch (const InterruptedError&) {
      throw;
    } catch (const TooSlowError& error) {
      was_too_slow_ = true;
      written.not_drawn = Reason(error.what(), folder_);
    } catch (const Error& error) {
      written.not_drawn = Reason(error.what(), folder_);
    } catch (const std::bad_alloc&) {
      written.not_drawn = "out of memory";
    } catch (const std::exception& error) {
      written.not_drawn = Reason(error.what() + std::string(" (a bug in zipflens)"), folder_);
    }
    if (!written.not_drawn.empty()) RemovePictures(maker.name, folder_);
    return written;
  }

 private:
  const fs::path& folder_;
  const FigureOptions& options_;
  std::atomic<bool> was_too_slow_ = false;
};

}  // namespace

std::vector<WrittenFigure> WriteFigures(const std::vector<FigureMaker>& makers,
                                        const std::filesystem::path& folder,
                                        const FigureOptions& options, ProgressObserver* observer) {
  ZIPFLENS_CHECK(options.num_threads >= 1 && options.scale > 0 && options.png_dots_per_inch > 0);
  std::vector<WrittenFigure> written;
  CarefulWriter writer(folder, options);
  ProduceInParallelConsumeInOrder<WrittenFigure>(
      makers.size(), options.num_threads,
      [&](std::size_t figure_idx, std::size_t) { return writer.Write(makers[figure_idx]); },
      [&](std::size_t figure_idx, WrittenFigure&& figure) {
        if (observer != nullptr) {
          observer->OnProgress(
              {"figures", figure_idx + 1, makers.size(), "figures", figure.figure.name});
        }
        written.push_back(std::move(figure));
      });
  return written;
}

}  // namespace zipflens
