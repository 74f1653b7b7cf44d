#include "zipflens/figures/figure_writer.h"

#include <exception>
#include <new>
#include <utility>

#include "zipflens/base/atomic_output.h"
#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/parallel.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/figures/figure_data.h"
#include "zipflens/figures/figure_drawing.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

fs::path PictureFile(const fs::path& folder, const std::string& name, FigureFormat format) {
  return folder / (name + (format == FigureFormat::kSvg   ? ".svg"
                           : format == FigureFormat::kPdf ? ".pdf"
                                                          : ".png"));
}

void RemovePictures(const std::string& name, const fs::path& folder) {
  for (const FigureFormat format : {FigureFormat::kSvg, FigureFormat::kPdf, FigureFormat::kPng}) {
    std::error_code ignored;
    fs::remove(PictureFile(folder, name, format), ignored);
  }
}

/// What is left of a figure whose panels are drawn: it takes no memory to speak of.
Figure WithoutPanels(const Figure& figure) {
  return {.name = figure.name,
          .width_mm = figure.width_mm,
          .height_mm = figure.height_mm,
          .footnote = figure.footnote,
          .warnings = figure.warnings,
          .caption = figure.caption};
}

void WriteFigure(Figure figure, const fs::path& folder, const FigureOptions& options) {
  ZIPFLENS_CHECK(!figure.name.empty() && figure.name.find('/') == std::string::npos);
  figure.width_mm *= options.scale;
  figure.height_mm *= options.scale;
  RemovePictures(figure.name, folder);  // so that no earlier picture is taken for this one
  WriteDataFiles(figure, folder);
  WriteFileOrThrow(folder / (figure.name + ".txt"), figure.caption + "\n");
  if (options.formats.empty()) return;
  RequireFont();
  const FigureDrawing drawing(figure);
  for (const FigureFormat format : options.formats) {
    WriteFileOrThrow(PictureFile(folder, figure.name, format),
                     drawing.Draw(format, options.png_dots_per_inch));
  }
}

/// The error on one line, without the name of the folder, which may be temporary.
std::string Reason(std::string what, const fs::path& folder) {
  const std::string prefix = (folder / "").string();
  for (std::size_t at = what.find(prefix); at != std::string::npos; at = what.find(prefix, at)) {
    what.erase(at, prefix.size());
  }
  return OneLine(what);
}

/// Each failure is turned into a value: the reason is kept, half a picture is not.
WrittenFigure MakeAndWrite(const FigureMaker& maker, const fs::path& folder,
                           const FigureOptions& options) {
  WrittenFigure written{.figure = {.name = maker.name}};
  try {
    Figure figure = maker.make();
    written.figure = WithoutPanels(figure);
    WriteFigure(std::move(figure), folder, options);
  } catch (const InterruptedError&) {
    RemovePictures(maker.name, folder);
    throw;
  } catch (const Error& error) {
    written.not_drawn = Reason(error.what(), folder);
  } catch (const std::bad_alloc&) {
    written.not_drawn = "out of memory";
  } catch (const std::exception& error) {
    written.not_drawn = Reason(error.what() + std::string(" (a bug in zipflens)"), folder);
  }
  if (!written.not_drawn.empty()) RemovePictures(maker.name, folder);
  return written;
}

}  // namespace

std::vector<WrittenFigure> WriteFigures(const std::vector<FigureMaker>& makers,
                                        const std::filesystem::path& folder,
                                        const FigureOptions& options, ProgressObserver* observer) {
  ZIPFLENS_CHECK(options.num_threads >= 1 && options.scale > 0 && options.png_dots_per_inch > 0);
  std::vector<WrittenFigure> written;
  ProduceInParallelConsumeInOrder<WrittenFigure>(
      makers.size(), options.num_threads,
      [&](std::size_t figure_idx, std::size_t) {
        return MakeAndWrite(makers[figure_idx], folder, options);
      },
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
