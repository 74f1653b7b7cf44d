// The position of everything in a figure, in mm from its lower left corner, before it is drawn.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/figures/figure.h"

namespace zipflens {

// Type sizes in points, the same in figures of one and of two columns.
inline constexpr double kTextPoints = 8;
inline constexpr double kSmallPoints = 7;
inline constexpr double kLetterPoints = 10;

/// An axis for which everything is decided.
struct LaidOutAxis {
  double lower = 0;
  double upper = 1;
  std::vector<double> ticks;
  std::vector<std::string> tick_texts;
};

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double left = 0;
  double bottom = 0;
  double width = 0;
  double height = 0;

  double right() const { return left + width; }
  double top() const { return bottom + height; }
};

/// Whether a point is in a box or on its edge.
inline bool IsIn(const Point& point, const Box& box) {
  return point.x >= box.left && point.x <= box.right() && point.y >= box.bottom &&
         point.y <= box.top();
}

struct LegendEntry {
  std::size_t series_idx = 0;
  double left = 0;    // left end of the sample
  double middle = 0;  // middle of the line of text
};

struct PanelLayout {
  Box cell;  // the whole panel
  Box plot;  // the area between the axes
  LaidOutAxis x;
  LaidOutAxis y;
  LaidOutAxis colour;  // the colour bar
  std::vector<std::string> title_lines;
  double title_baseline = 0;  // middle of the first line
  std::vector<LegendEntry> legend;
  double tick_texts_width = 0;  // of the y axis, whose label is left of them

  /// Position of a data point in mm.
  double PlaceX(double x_value) const {
    return plot.left + (x_value - x.lower) / (x.upper - x.lower) * plot.width;
  }
  double PlaceY(double y_value) const {
    return plot.bottom + (y_value - y.lower) / (y.upper - y.lower) * plot.height;
  }

  /// The same for both; nullopt if it is not finite or 10 m away.
  std::optional<Point> PlaceOf(double x_value, double y_value) const {
    constexpr double kFarthest = 1e4;
    const Point point = {PlaceX(x_value), PlaceY(y_value)};
    if (std::abs(point.x) < kFarthest && std::abs(point.y) < kFarthest) return point;
    return std::nullopt;
  }
};

/// The number of points of a series, and the place of one of them.
inline std::size_t NumPoints(const Series& series) {
  return std::min(series.x.size(), series.y.size());
}
inline std::optional<Point> PlaceOf(const Series& series, std::size_t point_idx,
                                    const PanelLayout& layout) {
  std::optional<Point> point = layout.PlaceOf(series.x[point_idx], series.y[point_idx]);
  if (point) point->x += series.shift_mm;
  return point;
}

struct FigureLayout {
  std::vector<PanelLayout> panels;
  std::vector<LegendEntry> legend;  // of all panels
  std::vector<std::string> warning_lines;
  std::vector<std::string> footnote_lines;
};

// Distances in mm that layout and drawing share.
inline constexpr double kTextLine = 3.5;
inline constexpr double kSmallLine = 3.1;
inline constexpr double kTickLength = 0.9;
inline constexpr double kTickGap = 0.8;       // from a tick to its text
inline constexpr double kAxisLabelGap = 0.8;  // from the tick texts to an upright label
inline constexpr double kBarGap = 2.5;        // from the plot to the colour bar
inline constexpr double kBarWidth = 2.4;
inline constexpr double kLegendSample = 5.0;  // length of a line in the legend

/// The x and y axes of a panel: limits as given, or those of its finite data with a small margin.
/// Always a range that can be shown (IsShowable), whatever the data (none, NaN, one value, values
/// that differ by rounding, huge ones) and the limits given (reversed, equal, not finite).
LaidOutAxis LayOutX(const Panel& panel);
LaidOutAxis LayOutY(const Panel& panel);

/// The scale of a colour bar. A bar that cannot be shown, of one value for instance, is widened
/// around its lower end.
LaidOutAxis LayOutColour(const ColourBar& bar);

/// Chooses ranges, ticks and positions. The plots of one row of panels have the same height, and
/// all plots of a figure have the same width.
FigureLayout LayOut(const Figure& figure);

}  // namespace zipflens
