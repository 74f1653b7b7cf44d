// Places the texts at single points and at the ends of series, so that none covers another.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_layout.h"

namespace zipflens {

/// A text near its point; mm from the lower left corner of the figure.
struct PlacedLabel {
  std::string text;
  Point middle = {};
  double width = 0;
  double height = 0;
  Point point = {};
  std::optional<Point> line_end = {};  // it stands off: a line from the point to here

  Box box() const { return {middle.x - width / 2, middle.y - height / 2, width, height}; }
};

/// Places the labels of a panel: those at the ends of series (Series::label_ends), on the side that
/// the series asks for if there is room, then the `point_labels`, each in the order of the series.
/// No text covers the title, the legend or the remark of the panel, another text, a line to one, or
/// a mark; point labels stay inside the plot, others leave it by a little at most. Marks of clouds
/// (below half opacity, or drawn as a raster) and lines may be covered, few rather than many. A
/// text for which there is no room is left out; so is one at a point that is not finite or not in
/// the plot.
std::vector<PlacedLabel> PlaceLabels(const Panel& panel, const PanelLayout& layout);

}  // namespace zipflens
