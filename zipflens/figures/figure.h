// Figure: a picture as a value. Data, encodings, labels and caption; nothing about what draws it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace zipflens {

/// Perceptually uniform maps for ordered things; kBlueRed for things with a sign: blue, white at
/// the middle, red.
enum class ColourMap { kViridis, kCividis, kBlueRed };

/// Colours of the Okabe-Ito palette, and neutral greys, by role.
enum class Colour { kBlack, kBlue, kOrange, kGreen, kVermillion, kSky, kPurple, kGrey, kLightGrey };

struct Axis {
  std::string label = {};            // "log-proportion (natural log)"
  std::optional<double> lower = {};  // unset: from the data
  std::optional<double> upper = {};
  bool zero_line = false;          // a thin line at 0 on this axis, where sign matters
  std::vector<double> ticks = {};  // empty: chosen
};

/// How a series of points is shown. kIntervals: a disc at y and a line from lower to upper.
enum class Mark {
  kPoints,
  kCrosses,
  kLine,
  kLinePoints,
  kBand,
  kDiamonds,
  kDashedLine,
  kIntervals
};

/// Where a direct label stands, seen from the last point of its series.
enum class LabelSide { kRight, kAbove, kBelow };

/// Points (x, y) that belong together; a point with a value that is not finite is in the data file
/// and not in the picture. Bands use `lower` and `upper` instead of y.
struct Series {
  std::string name = {};  // legend entry and CSV value; empty: not in the legend
  Mark mark = Mark::kPoints;
  std::vector<double> x = {};
  std::vector<double> y = {};
  std::vector<double> lower = {};  // kBand, kIntervals
  std::vector<double> upper = {};  // kBand, kIntervals
  Colour colour = Colour::kBlack;
  std::optional<double> colour_value = {};  // place on the panel's colour bar: overrides `colour`
  double opacity = 1.0;
  double size = 1.0;    // relative point or line size
  bool hollow = false;  // kPoints, kIntervals: rings instead of discs
  double shift_mm = 0;  // to the right, so that points of one x stand side by side
  std::vector<std::string> point_labels = {};  // texts at points, "" for none; see PlaceLabels
  bool label_ends = false;                     // write a direct label at the end of the line
  std::string end_label = {};                  // its text; empty: `name`
  LabelSide label_side = LabelSide::kRight;
  bool in_legend = true;
  bool one_of_many = false;  // a line or cloud a sequence, each with its own name: LayeredSeries
};

/// A matrix shown as an image, [rows, cols] row-major; row 0 at the bottom (origin lower left).
/// NaN cells are drawn in light grey.
struct Image {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<float> values = {};
  bool square_pixels = false;
  std::size_t row_step = 1;  // the picture shows every so many rows and columns; the data file, all
  std::size_t col_step = 1;
};

struct ColourBar {
  std::string label = {};
  ColourMap map = ColourMap::kViridis;
  double lower = 0;
  double upper = 1;
  std::vector<double> ticks = {};  // empty: chosen
  bool shown = true;               // false: gives the colours, but is drawn with another panel
};

/// One set of axes.
struct Panel {
  std::string letter = {};  // "A", bold; empty for a figure of one panel
  std::string title = {};   // what was found: "layer 3, r = 0.55"
  Axis x = {};
  Axis y = {};
  std::vector<Series> series = {};  // drawn in order
  std::optional<Image> image = {};  // instead of, or below, the series
  std::optional<ColourBar> colour_bar = {};
  bool legend = false;
  bool unity_line = false;  // the diagonal y = x
  std::string remark = {};  // small type inside, upper right: "no value is defined"
};

/// A whole figure: panels in a grid, a line of small type, and a caption.
struct Figure {
  std::string name = {};  // file name without ending: "part4b"
  double width_mm = 180;  // 85: one column, 180: two
  double height_mm = 60;
  int grid_rows = 1;
  int grid_cols = 1;
  std::vector<Panel> panels = {};  // row by row
  bool legend = false;             // one for all panels, made from the first, above the footnote
  std::string footnote = {};       // model, corpus, B and S, what was left out
  std::vector<std::string> warnings = {};  // what must not be overlooked; above the footnote
  std::string caption = {};                // one to three plain sentences
};

}  // namespace zipflens
