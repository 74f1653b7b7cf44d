// A raster: many points, lines or cells of a panel as one small picture, for data that no vector
// format should hold.
#pragma once

#include <cstdint>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_layout.h"

namespace zipflens {

/// The diameter of a mark of size 1, in mm, and the size of the discs on a line of size 1.
inline constexpr double kMarkDiameter = 2.0;
inline constexpr double kLinePointSize = 0.45;

/// Dots per mm of a raster of points or lines: 300 per inch.
inline constexpr double kRasterDots = 300 / 25.4;

/// A picture of [rows, cols] opaque pixels, row 0 at the top. A pixel is 0x00RRGGBB.
struct Raster {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<std::uint32_t> pixels = {};
  Box place = {};  // in the figure, mm
};

/// Whether a series of this kind is discs, crosses or diamonds only.
constexpr bool IsMark(Mark mark) {
  return mark == Mark::kPoints || mark == Mark::kCrosses || mark == Mark::kDiamonds;
}

/// Which series of a panel are drawn as a raster, [series]: all discs, crosses and diamonds if the
/// panel has more of them than a vector format should hold, and lines that are one of many
/// (Series::one_of_many) if there are too many. None in a panel with an image.
std::vector<bool> LayeredSeries(const Panel& panel);

/// Whether LayeredSeries names any.
bool NeedsLayer(const Panel& panel);

/// Whether a panel's raster has so many marks that translucent ones would be plain black.
bool ArePiled(const Panel& panel);

/// Draws a panel's image, or its layered series in order on white. An image has whole pixels for
/// each cell, about kRasterDots. Series have every finite point, and pixels that lie on those of a
/// page of 300 dots per inch and `page_height` mm; their marks are smaller than single ones. Marks
/// of one series add up as translucent ones do; if ArePiled, and for lines, deep piles are shaded
/// by the logarithm of their depth, so that a thousand can be told from ten. Cost: proportional to
/// the number of points.
Raster DrawRaster(const Panel& panel, const PanelLayout& layout, double page_height);

}  // namespace zipflens
