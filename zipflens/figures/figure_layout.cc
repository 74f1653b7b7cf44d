#include "zipflens/figures/figure_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/figures/text_measure.h"
#include "zipflens/figures/ticks.h"

namespace zipflens {
namespace {

// Axes

constexpr double kMargin = 0.03;  // share of the data's extent, at each end without a limit
// Data beyond kLargestShown lie outside the picture, and limits are clipped to kLargestLimit, so
// that no difference overflows.
constexpr double kLargestShown = 1e300;
constexpr double kLargestLimit = 1e305;

struct Extent {
  double lower = std::numeric_limits<double>::infinity();
  double upper = -std::numeric_limits<double>::infinity();

  void Include(const std::vector<double>& values) {
    for (const double value : values) {
      if (!std::isfinite(value)) continue;
      lower = std::min(lower, std::clamp(value, -kLargestShown, kLargestShown));
      upper = std::max(upper, std::clamp(value, -kLargestShown, kLargestShown));
    }
  }
};

/// Returns the limit that was given. Returns nullopt if there is none or it is not finite.
std::optional<double> GivenLimit(const std::optional<double>& limit) {
  if (!limit || !std::isfinite(*limit)) return std::nullopt;
  return std::clamp(*limit, -kLargestLimit, kLargestLimit);
}

LaidOutAxis Finished(const Axis& axis, Extent data, double margin) {
  if (!(data.lower <= data.upper)) data.lower = 0, data.upper = 1;
  // Values that no axis tells apart are shown as one, in the middle.
  const double pad = IsShowable(data.lower, data.upper) ? margin * (data.upper - data.lower)
                                                        : std::max(0.5, 0.1 * std::abs(data.lower));
  const std::optional<double> lower = GivenLimit(axis.lower);
  const std::optional<double> upper = GivenLimit(axis.upper);
  LaidOutAxis out;
  out.lower = lower.value_or(data.lower - pad);
  out.upper = upper.value_or(data.upper + pad);
  if (!IsShowable(out.lower, out.upper)) {
    const bool keeps_upper = upper && !lower;
    const double width = std::max(1.0, 0.1 * std::abs(keeps_upper ? out.upper : out.lower));
    if (keeps_upper) {
      out.lower = out.upper - width;
    } else {
      out.upper = out.lower + width;
    }
  }
  out.ticks = axis.ticks.empty() ? NiceTicks(out.lower, out.upper) : axis.ticks;
  std::erase_if(out.ticks, [&](double tick) { return !(tick >= out.lower && tick <= out.upper); });
  out.tick_texts = TickTexts(out.ticks);
  return out;
}

// Places

constexpr double kEdge = 1.0;      // empty margin on all sides
constexpr double kTitleGap = 1.6;  // from title or legend to the plot
constexpr double kColumnGap = 4.0;
constexpr double kRowGap = 3.0;
constexpr double kFootnoteGap = 1.2;
constexpr double kEntryGap = 4.0;  // between two entries of a legend
constexpr int kMaxFootnoteLines = 4;
constexpr int kMaxWarningLines = 3;
constexpr int kMaxTitleLines = 2;
constexpr double kSmallestPlot = 5.0;  // mm, also if there is less space

double WidestText(const std::vector<std::string>& texts) {
  double widest = 0;
  for (const std::string& text : texts) widest = std::max(widest, TextWidth(text, kSmallPoints));
  return widest;
}

bool HasBar(const Panel& panel) { return panel.colour_bar && panel.colour_bar->shown; }

double LeftMargin(const Panel& panel, const PanelLayout& layout) {
  const double letter = panel.letter.empty() ? 0 : 1.0;
  return letter + layout.tick_texts_width + kTickLength + kTickGap +
         (panel.y.label.empty() ? 0 : kAxisLabelGap + kTextLine);
}

double RightMargin(const Panel& panel, const PanelLayout& layout) {
  const double last_tick =
      layout.x.tick_texts.empty() ? 0 : TextWidth(layout.x.tick_texts.back(), kSmallPoints) / 2;
  if (!HasBar(panel)) return std::max(1.0, last_tick);
  return kBarGap + kBarWidth + kTickLength + kTickGap + WidestText(layout.colour.tick_texts) +
         kAxisLabelGap + kTextLine;
}

double BottomMargin(const Panel& panel) {
  return kTickLength + kTickGap + kSmallLine + (panel.x.label.empty() ? 0 : kTextLine);
}

/// Arranges the entries of a legend in lines between `left` and `right`, from the left. Sets
/// `middle` of each to the number of its line for now. Returns the number of lines.
int LayOutLegend(const Panel& panel, double left, double right, std::vector<LegendEntry>& legend) {
  int num_lines = 0;
  double place = left;
  for (std::size_t s = 0; s < panel.series.size(); ++s) {
    const Series& series = panel.series[s];
    if (series.name.empty() || !series.in_legend) continue;
    const double width = kLegendSample + 1.0 + TextWidth(OneLine(series.name), kSmallPoints);
    if (num_lines == 0 || place + width > right) {
      place = left;
      ++num_lines;
    }
    legend.push_back({s, place, static_cast<double>(num_lines - 1)});
    place += width + kEntryGap;
  }
  return num_lines;
}

/// Replaces line numbers by positions in mm; the middle of the lowest line is at `lowest`.
void PlaceLegend(int num_lines, double lowest, std::vector<LegendEntry>& legend) {
  for (LegendEntry& entry : legend) {
    entry.middle = lowest + kSmallLine * (num_lines - 1 - entry.middle);
  }
}

/// Leaves out every other tick, or more, until no text touches the next; 0 stays if it is one.
void ThinTicks(double length, bool is_upright, LaidOutAxis& axis) {
  constexpr double kSmallestGap = 1.0;  // mm, between two texts side by side
  const std::vector<double> ticks = std::exchange(axis.ticks, {});
  const std::vector<std::string> texts = std::exchange(axis.tick_texts, {});
  const auto zero =
      static_cast<std::size_t>(std::find(ticks.begin(), ticks.end(), 0) - ticks.begin());
  const auto first = [&](std::size_t step) { return zero < ticks.size() ? zero % step : 0; };
  const auto fits = [&](std::size_t step) {
    for (std::size_t i = first(step); i + step < ticks.size(); i += step) {
      const double distance = (ticks[i + step] - ticks[i]) / (axis.upper - axis.lower) * length;
      const double needed =
          is_upright
              ? kSmallLine
              : (TextWidth(texts[i], kSmallPoints) + TextWidth(texts[i + step], kSmallPoints)) / 2 +
                    kSmallestGap;
      if (distance < needed) return false;
    }
    return true;
  };
  std::size_t step = 1;
  while (!fits(step)) ++step;
  for (std::size_t i = first(step); i < ticks.size(); i += step) {
    axis.ticks.push_back(ticks[i]);
    axis.tick_texts.push_back(texts[i]);
  }
}

/// Makes the plot lower or narrower so that the image's pixels are square.
void MakeSquare(const Panel& panel, PanelLayout& layout) {
  const double units_wide = layout.x.upper - layout.x.lower;
  const double units_high = layout.y.upper - layout.y.lower;
  Box& plot = layout.plot;
  const bool square_image = panel.image && panel.image->square_pixels;
  if (!square_image && !panel.unity_line) return;
  const double unit = std::min(plot.width / units_wide, plot.height / units_high);
  const double top = plot.top();
  plot.width = unit * units_wide;
  plot.height = unit * units_high;
  plot.bottom = top - plot.height;
}

struct Grid {
  std::vector<double> left;  // margin by column
  std::vector<double> right;
  std::vector<double> top;  // margin by row
  std::vector<double> bottom;
};

std::size_t Column(const Figure& figure, std::size_t panel_idx) {
  return panel_idx % figure.grid_cols;
}
std::size_t Row(const Figure& figure, std::size_t panel_idx) {
  return panel_idx / figure.grid_cols;
}

/// Margins left and right of each column, and from them the width that all plots share.
double ShareWidth(const Figure& figure, const FigureLayout& layout, Grid& grid) {
  for (std::size_t p = 0; p < figure.panels.size(); ++p) {
    double& left = grid.left[Column(figure, p)];
    double& right = grid.right[Column(figure, p)];
    left = std::max(left, LeftMargin(figure.panels[p], layout.panels[p]));
    right = std::max(right, RightMargin(figure.panels[p], layout.panels[p]));
  }
  double rest = figure.width_mm - 2 * kEdge - kColumnGap * Real(figure.grid_cols - 1);
  for (const double margin : grid.left) rest -= margin;
  for (const double margin : grid.right) rest -= margin;
  return std::max(kSmallestPlot, rest / Real(figure.grid_cols));
}

void PlaceColumns(const Figure& figure, FigureLayout& layout, Grid& grid) {
  const double width = ShareWidth(figure, layout, grid);
  for (std::size_t p = 0; p < figure.panels.size(); ++p) {
    double left = kEdge;
    for (std::size_t c = 0; c < Column(figure, p); ++c) {
      left += grid.left[c] + width + grid.right[c] + kColumnGap;
    }
    const std::size_t column = Column(figure, p);
    PanelLayout& panel = layout.panels[p];
    panel.cell.left = left;
    panel.cell.width = grid.left[column] + width + grid.right[column];
    panel.plot.left = left + grid.left[column];
    panel.plot.width = width;
  }
}

/// Lines of small type at the foot: footnote and warnings.
double TextLines(const FigureLayout& layout) {
  return Real(layout.footnote_lines.size() + layout.warning_lines.size());
}

/// Footnote, warnings and common legend, with the gaps above them.
double FooterHeight(const FigureLayout& layout) {
  double height = kFootnoteGap + kSmallLine * TextLines(layout);
  if (layout.legend.empty()) return height;
  const auto highest = std::max_element(
      layout.legend.begin(), layout.legend.end(),
      [](const LegendEntry& a, const LegendEntry& b) { return a.middle < b.middle; });
  return std::max(height, highest->middle - kEdge + kSmallLine / 2 + kFootnoteGap);
}

/// Titles and legends need their width first; then the rows share the height.
void PlaceRows(const Figure& figure, FigureLayout& layout, Grid& grid) {
  std::vector<int> legend_lines;
  for (std::size_t p = 0; p < figure.panels.size(); ++p) {
    PanelLayout& panel = layout.panels[p];
    panel.title_lines = WrapText(OneLine(figure.panels[p].title), kTextPoints,
                                 panel.cell.right() - panel.plot.left, kMaxTitleLines);
    legend_lines.push_back(figure.panels[p].legend ? LayOutLegend(figure.panels[p], panel.plot.left,
                                                                  panel.cell.right(), panel.legend)
                                                   : 0);
    double& top = grid.top[Row(figure, p)];
    top = std::max(top, kTitleGap + kTextLine * Real(panel.title_lines.size()) +
                            kSmallLine * legend_lines.back());
    double& bottom = grid.bottom[Row(figure, p)];
    bottom = std::max(bottom, BottomMargin(figure.panels[p]));
  }
  double rest =
      figure.height_mm - 2 * kEdge - kRowGap * Real(figure.grid_rows - 1) - FooterHeight(layout);
  for (const double margin : grid.top) rest -= margin;
  for (const double margin : grid.bottom) rest -= margin;
  const double height = std::max(kSmallestPlot, rest / Real(figure.grid_rows));
  for (std::size_t p = 0; p < figure.panels.size(); ++p) {
    double top = figure.height_mm - kEdge;
    for (std::size_t r = 0; r < Row(figure, p); ++r) {
      top -= grid.top[r] + height + grid.bottom[r] + kRowGap;
    }
    const std::size_t row = Row(figure, p);
    PanelLayout& panel = layout.panels[p];
    panel.plot.height = height;
    panel.plot.bottom = top - grid.top[row] - height;
    panel.cell.height = grid.top[row] + height + grid.bottom[row];
    panel.cell.bottom = top - panel.cell.height;
    panel.title_baseline = top - kTextLine / 2;
    PlaceLegend(legend_lines[p], panel.plot.top() + kTitleGap + kSmallLine / 2 - 0.4, panel.legend);
    MakeSquare(figure.panels[p], panel);
  }
}

}  // namespace

LaidOutAxis LayOutX(const Panel& panel) {
  Extent data;
  for (const Series& series : panel.series) data.Include(series.x);
  if (panel.image) data.Include({-0.5, Real(panel.image->cols) - 0.5});
  return Finished(panel.x, data, panel.image ? 0.0 : kMargin);
}

LaidOutAxis LayOutY(const Panel& panel) {
  Extent data;
  for (const Series& series : panel.series) {
    data.Include(series.y);
    data.Include(series.lower);
    data.Include(series.upper);
  }
  if (panel.image) data.Include({-0.5, Real(panel.image->rows) - 0.5});
  return Finished(panel.y, data, panel.image ? 0.0 : kMargin);
}

LaidOutAxis LayOutColour(const ColourBar& bar) {
  Axis axis;
  axis.ticks = bar.ticks;
  if (IsShowable(bar.lower, bar.upper)) {
    axis.lower = bar.lower;
    axis.upper = bar.upper;
    return Finished(axis, Extent{}, 0.0);
  }
  Extent around;
  around.Include({bar.lower});
  return Finished(axis, around, 0.0);
}

FigureLayout LayOut(const Figure& figure) {
  ZIPFLENS_CHECK(figure.grid_rows >= 1 && figure.grid_cols >= 1);
  ZIPFLENS_CHECK(figure.panels.size() == figure.grid_rows * figure.grid_cols);
  FigureLayout layout;
  for (const Panel& panel : figure.panels) {
    PanelLayout out;
    out.x = LayOutX(panel);
    out.y = LayOutY(panel);
    if (panel.colour_bar) out.colour = LayOutColour(*panel.colour_bar);
    out.tick_texts_width = WidestText(out.y.tick_texts);
    layout.panels.push_back(out);
  }
  layout.footnote_lines = WrapText(OneLine(figure.footnote), kSmallPoints,
                                   figure.width_mm - 2 * kEdge, kMaxFootnoteLines);
  std::string warnings;
  for (const std::string& warning : figure.warnings) {
    warnings += (warnings.empty() ? "Warning: " : " ") + OneLine(warning) + ".";
  }
  layout.warning_lines =
      WrapText(warnings, kSmallPoints, figure.width_mm - 2 * kEdge, kMaxWarningLines);
  if (figure.legend && !figure.panels.empty()) {
    const int num_lines =
        LayOutLegend(figure.panels[0], 3 * kEdge, figure.width_mm - kEdge, layout.legend);
    const double lowest = kEdge + kFootnoteGap + kSmallLine * (0.5 + TextLines(layout));
    PlaceLegend(num_lines, lowest, layout.legend);
  }
  const auto cols = figure.grid_cols;
  const auto rows = figure.grid_rows;
  Grid grid{std::vector(cols, 0.0), std::vector(cols, 0.0), std::vector(rows, 0.0),
            std::vector(rows, 0.0)};
  PlaceColumns(figure, layout, grid);
  PlaceRows(figure, layout, grid);
  for (PanelLayout& panel : layout.panels) {
    ThinTicks(panel.plot.width, /*is_upright=*/false, panel.x);
    ThinTicks(panel.plot.height, /*is_upright=*/true, panel.y);
    ThinTicks(panel.plot.height, /*is_upright=*/true, panel.colour);
  }
  return layout;
}

}  // namespace zipflens
