// Figure: a picture as a value, with data, encodings, labels and caption. It does not depend on
// what draws it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace zipflens {

/// Perceptually uniform colour maps for ordered values. kBlueRed is for values with a sign: blue,
/// white in the middle, red.
enum class ColourMap { kViridis, kCividis, kBlueRed };

/// Colours of the Okabe-Ito palette, and neutral greys, by role.
enum class Colour { kBlack, kBlue, kOrange, kGreen, kVermillion, kSky, kPurple, kGrey, kLightGrey };

struct Axis {
  std::string label = {};            // "log-proportion (natural log)"
  std::optional<double> lower = {};  // if unset: from the data
  std::optional<double> upper = {};
  bool zero_line = false;          // a thin line at 0 of this axis, if the sign matters
  std::vector<double> ticks = {};  // if empty: chosen from the range
};

/// How the points of a series are drawn. kIntervals: a disc at y and a line from lower to upper.
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

/// Where the label of a series is written, relative to its last point.
enum class LabelSide { kRight, kAbove, kBelow };

/// The points (x, y) of one series. A point with a value that is not finite is in the data file but
/// not in the picture. Bands use `lower` and `upper` instead of y.
struct Series {
  std::string name = {};  // legend entry and CSV value; not in the legend if empty
  Mark mark = Mark::kPoints;
  std::vector<double> x = {};
  std::vector<double> y = {};
  std::vector<double> lower = {};  // kBand, kIntervals
  std::vector<double> upper = {};  // kBand, kIntervals
  Colour colour = Colour::kBlack;
  std::optional<double> colour_value = {};  // on the panel's colour bar; overrides `colour`
  double opacity = 1.0;
  double size = 1.0;    // relative point or line size
  bool hollow = false;  // kPoints, kIntervals: rings instead of discs
  double shift_mm = 0;  // to the right, so that points with equal x are side by side
  std::vector<std::string> point_labels = {};  // a text per point, "" for none; see PlaceLabels
  bool label_ends = false;                     // write a label at the end of the line
  std::string end_label = {};                  // text of that label; `name` if empty
  LabelSide label_side = LabelSide::kRight;
  bool in_legend = true;
  bool one_of_many = false;  // one line or cloud per sequence, for example; see LayeredSeries
};

/// A matrix drawn as an image, [rows, cols] row-major, with row 0 at the bottom. NaN cells are
/// light grey.
struct Image {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<float> values = {};
  bool square_pixels = false;
  std::size_t row_step = 1;  // the picture shows every row_step-th row, the data file all
  std::size_t col_step = 1;
};

struct ColourBar {
  std::string label = {};
  ColourMap map = ColourMap::kViridis;
  double lower = 0;
  double upper = 1;
  std::vector<double> ticks = {};  // if empty: chosen from the range
  bool shown = true;               // if false: used for colours, but drawn with another panel
};

/// One set of axes.
struct Panel {
  std::string letter = {};  // "A", in bold; empty in a figure of one panel
  std::string title = {};   // the finding: "layer 3, r = 0.55"
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
  std::string name = {};  // file name without extension: "part4b"
  double width_mm = 180;  // 85 for one column, 180 for two
  double height_mm = 60;
  std::size_t grid_rows = 1;
  std::size_t grid_cols = 1;
  std::vector<Panel> panels = {};          // row by row
  bool legend = false;                     // one legend for all panels, from the first panel
  std::string footnote = {};               // model, corpus, B and S, what was left out
  std::vector<std::string> warnings = {};  // shown above the footnote
  std::string caption = {};                // one to three plain sentences
};

/// The formats in which a figure can be drawn.
enum class FigureFormat { kSvg, kPdf, kPng };

}  // namespace zipflens
