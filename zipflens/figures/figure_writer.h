// Writes figures to files: SVG, PDF and PNG, with their data (CSV) and caption.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "zipflens/base/progress.h"
#include "zipflens/figures/figure.h"

namespace zipflens {

struct FigureOptions {
  std::set<FigureFormat> formats = {FigureFormat::kSvg, FigureFormat::kPdf, FigureFormat::kPng};
  double scale = 1.0;  // of width and height; type stays the same size
  int png_dots_per_inch = 300;
  std::size_t num_threads = 1;  // figures at once
};

/// A figure that is made only when it is drawn; `make` is called once, from any thread.
struct FigureMaker {
  std::string name;  // of the figure that it makes
  std::function<Figure()> make;
};

/// A figure after it was written, or the reason why there is no picture of it.
struct WrittenFigure {
  Figure figure;               // without its panels; if it could not be made, only its name
  std::string not_drawn = {};  // why there is no picture of it, on one line; empty: it was drawn
};

/// Writes `folder`/NAME.{svg,pdf,png}, NAME.csv (every point, whatever the picture shows) and
/// NAME.txt (the caption). More marks or lines in a panel than a vector format can bear (see
/// LayeredSeries) are a raster in it, so that every one is in every format and no picture needs
/// more than 1 MB; only images are thinned out, as their steps say. Time and files grow with the
/// data, not with its square. The folder must exist. The same figures and libraries give the same
/// bytes, on any number of threads.
///
/// A figure is made only when it is drawn and its panels are freed then, so that memory holds the
/// points of as many figures as there are threads. A figure that cannot be made or drawn has no
/// picture and does not stop the others: no font, a full disk, or any exception of its maker.
/// Returns the figures in order. Throws InterruptedError.
std::vector<WrittenFigure> WriteFigures(const std::vector<FigureMaker>& makers,
                                        const std::filesystem::path& folder,
                                        const FigureOptions& options, ProgressObserver* observer);

}  // namespace zipflens
