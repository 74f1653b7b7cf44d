// Many points as one small picture: what a scatter of 100,000 points needs in any format.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_layout.h"

namespace zipflens {

inline constexpr int kLayerDotsPerInch = 300;

/// Whether a panel's series of points are drawn as a layer: they have more points than a vector
/// format can bear.
bool NeedsPointLayer(const Panel& panel);

/// A panel's series of points (Mark::kPoints), on white, covering the plot area exactly: every
/// finite point as a translucent disc, in order. A PNG at kLayerDotsPerInch. The same panel gives
/// the same bytes.
std::string DrawPointLayer(const Panel& panel, const PanelLayout& layout);

/// Columns and rows of that picture.
std::size_t LayerCols(const PanelLayout& layout);
std::size_t LayerRows(const PanelLayout& layout);

/// Diameter in mm of a point of size 1.
inline constexpr double kPointDiameter = 0.9;

}  // namespace zipflens
