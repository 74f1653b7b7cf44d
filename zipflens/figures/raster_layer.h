// Many points, lines or cells as one small picture: what 100,000 of them need in any format.
#pragma once

#include <string>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_layout.h"

namespace zipflens {

inline constexpr int kLayerDotsPerInch = 300;

/// Which series of a panel are drawn as a layer, [series]: the discs, crosses or diamonds of a
/// panel if it has more of that kind than a vector format can bear, and the lines that are one of
/// many (Series::one_of_many) if they are too many. None beside an image.
std::vector<bool> LayeredSeries(const Panel& panel);

/// Whether a panel has a layer: of such series, or of an image that is not drawn whole.
bool NeedsLayer(const Panel& panel);

/// A panel's layer, covering the plot area exactly, as a PNG: its series on white, in order and
/// translucent, every finite point, at kLayerDotsPerInch; or its image, a pixel a cell that is
/// drawn. Marks are smaller than single marks of the same size. The same panel gives the same
/// bytes.
std::string DrawLayer(const Panel& panel, const PanelLayout& layout);

/// Whether a panel's layer has so many discs that translucent ones would only be black.
bool ArePiled(const Panel& panel);

/// Columns and rows of that picture.
std::size_t LayerCols(const Panel& panel, const PanelLayout& layout);
std::size_t LayerRows(const Panel& panel, const PanelLayout& layout);

/// Diameter in mm of a mark of size 1.
inline constexpr double kPointDiameter = 0.9;

/// Size of the discs on a line of size 1 (Mark::kLinePoints).
inline constexpr double kLinePointSize = 0.45;

}  // namespace zipflens
