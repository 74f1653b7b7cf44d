// Where texts at single points stand, so that none covers another.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_layout.h"

namespace zipflens {

/// A text near its point; mm from the lower left corner of the figure.
struct PlacedLabel {
  std::string text;
  double middle_x = 0;
  double middle_y = 0;
  double width = 0;
  double height = 0;
  double point_x = 0;
  double point_y = 0;
  bool has_line = false;  // it stands off: a line from the point to (line_x, line_y)
  double line_x = 0;
  double line_y = 0;

  Box box() const { return {middle_x - width / 2, middle_y - height / 2, width, height}; }
};

/// Places the `point_labels` of a panel's series, in their order, inside the plot: no text covers
/// another, a labelled point or a line to one, and few points are covered. A text for which there
/// is no room is left out; so is one at a point that is not finite or not in the plot.
std::vector<PlacedLabel> PlaceLabels(const Panel& panel, const PanelLayout& layout);

/// The middle of the text of Series::label_ends, `width` mm wide: on the side that the series asks
/// for, unless it would lie on a line, in the title or in the axis and another side is freer.
std::array<double, 2> PlaceEndLabel(const Panel& panel, const PanelLayout& layout,
                                    const Series& series, double width);

}  // namespace zipflens
