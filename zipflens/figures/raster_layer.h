// A raster: many points, lines or cells of a panel as one small picture, for data that no vector
// format should hold.
#pragma once

#include <string>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_layout.h"

namespace zipflens {

inline constexpr int kLayerDotsPerInch = 300;

/// Which series of a panel are drawn as a raster, [series]: the discs, crosses or diamonds of a
/// panel if it has more of that kind than a vector format should hold, and lines that are one of
/// many (Series::one_of_many) if there are too many. None in a panel with an image.
std::vector<bool> LayeredSeries(const Panel& panel);

/// Whether a panel has a raster: of such series, or of an image that is not drawn in full.
bool NeedsLayer(const Panel& panel);

/// Draws a panel's raster, which covers exactly the plot area, as a PNG. It shows the series on
/// white at kLayerDotsPerInch, in order and translucent, with every finite point; or the image,
/// with one pixel per cell that is drawn. Marks are smaller than single marks of the same size. The
/// same panel gives the same bytes.
std::string DrawLayer(const Panel& panel, const PanelLayout& layout);

/// Whether a panel's raster has so many discs that translucent ones would be plain black.
bool ArePiled(const Panel& panel);

/// Columns and rows of that picture, in pixels.
std::size_t LayerCols(const Panel& panel, const PanelLayout& layout);
std::size_t LayerRows(const Panel& panel, const PanelLayout& layout);

/// The diameter of a mark of size 1, in mm.
inline constexpr double kPointDiameter = 0.9;

/// The size of the discs on a line of size 1 (Mark::kLinePoints).
inline constexpr double kLinePointSize = 0.45;

}  // namespace zipflens
