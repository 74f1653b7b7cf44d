// FigureDrawing: a figure with everything in its place, ready to be drawn in any format.
#pragma once

#include <optional>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_layout.h"
#include "zipflens/figures/label_places.h"
#include "zipflens/figures/page.h"
#include "zipflens/figures/raster_layer.h"

namespace zipflens {

class FigureDrawing {
 public:
  /// Lays out the figure, places its labels and draws its rasters, once for all formats. `figure`
  /// must outlive the drawing.
  explicit FigureDrawing(const Figure& figure);

  /// The file of the figure in one format; the same bytes each time.
  std::string Draw(FigureFormat format, int png_dots_per_inch) const;

 private:
  void DrawPanel(std::size_t panel_idx, Page& page) const;

  const Figure& figure_;
  FigureLayout layout_;
  std::vector<std::vector<PlacedLabel>> labels_;  // [panel]
  std::vector<std::optional<Raster>> rasters_;    // [panel]
};

}  // namespace zipflens
