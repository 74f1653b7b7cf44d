// WriteFigures for figures that are made already.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "zipflens/base/error.h"
#include "zipflens/figures/figure_writer.h"

namespace zipflens {

/// Throws OutputError for the first figure that could not be drawn, after all have been tried.
inline void WriteFigures(const std::vector<Figure>& figures, const std::filesystem::path& folder,
                         const FigureOptions& options, ProgressObserver* observer) {
  std::vector<FigureMaker> makers;
  makers.reserve(figures.size());
  for (const Figure& figure : figures) {
    makers.push_back({figure.name, [&figure] { return figure; }});
  }
  for (const WrittenFigure& written : WriteFigures(makers, folder, options, observer)) {
    if (written.not_drawn.empty()) continue;
    throw OutputError(
        fmt::format("{}: {}", (folder / written.figure.name).string(), written.not_drawn));
  }
}

}  // namespace zipflens
