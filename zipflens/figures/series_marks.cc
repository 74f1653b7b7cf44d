#include "zipflens/figures/series_marks.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "zipflens/figures/raster_layer.h"

namespace zipflens {
namespace {

constexpr double kMarkLine = 0.7 * kLineWidth;  // of rings and crosses

/// Adds a disc to the pen's path: a stroke of no length with round ends, which takes a tenth of the
/// bytes of a circle. StrokeDots draws all of them.
void AddDot(Point middle, cairo_t* pen) {
  cairo_move_to(pen, middle.x, middle.y);
  cairo_line_to(pen, middle.x, middle.y);
}

void StrokeDots(double diameter, cairo_t* pen) {
  cairo_set_dash(pen, nullptr, 0, 0);
  cairo_set_line_cap(pen, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width(pen, diameter);
  cairo_stroke(pen);
}

void AddCross(Point middle, double radius, cairo_t* pen) {
  for (const double turn : {-radius, radius}) {
    cairo_move_to(pen, middle.x - radius, middle.y - turn);
    cairo_line_to(pen, middle.x + radius, middle.y + turn);
  }
}

void AddDiamond(Point middle, double radius, cairo_t* pen) {
  cairo_move_to(pen, middle.x - radius, middle.y);
  cairo_line_to(pen, middle.x, middle.y + radius);
  cairo_line_to(pen, middle.x + radius, middle.y);
  cairo_line_to(pen, middle.x, middle.y - radius);
  cairo_close_path(pen);
}

void AddBand(const Series& series, const PanelLayout& layout, cairo_t* pen) {
  const auto point_at = [&](const std::vector<double>& y, std::size_t i) {
    return i < y.size() ? layout.PlaceOf(series.x[i], y[i]) : std::nullopt;
  };
  const auto has_place = [&](std::size_t i) {
    return point_at(series.lower, i) && point_at(series.upper, i);
  };
  for (std::size_t first = 0, last = 0; first < series.x.size(); first = last + 1) {
    for (last = first; last < series.x.size() && has_place(last);) ++last;
    for (std::size_t i = first; i < last; ++i) {
      const Point point = *point_at(series.upper, i);
      cairo_line_to(pen, point.x, point.y);
    }
    for (std::size_t i = last; i-- > first;) {
      const Point point = *point_at(series.lower, i);
      cairo_line_to(pen, point.x, point.y);
    }
    if (last > first) cairo_close_path(pen);
    cairo_new_sub_path(pen);
  }
}

void DrawInterval(const Series& series, std::size_t i, const PanelLayout& layout, cairo_t* pen) {
  if (i >= series.lower.size() || i >= series.upper.size()) return;
  const double lower = std::max(series.lower[i], layout.y.lower);
  const double upper = std::min(series.upper[i], layout.y.upper);
  const std::optional<Point> from = layout.PlaceOf(series.x[i], lower);
  const std::optional<Point> to = layout.PlaceOf(series.x[i], upper);
  if (!from || !to || !(lower < upper) || !IsIn({from->x, to->y}, layout.plot)) return;
  cairo_set_line_width(pen, kLineWidth);
  cairo_move_to(pen, from->x + series.shift_mm, from->y);
  cairo_line_to(pen, to->x + series.shift_mm, to->y);
  cairo_stroke(pen);
}

}  // namespace

void SetColour(Rgb colour, double opacity, cairo_t* pen) {
  cairo_set_source_rgba(pen, colour[0] / 255.0, colour[1] / 255.0, colour[2] / 255.0, opacity);
}

void SetLine(const Series& series, cairo_t* pen) {
  const double width = kLineWidth * series.size;
  const double dashes[] = {3 * width, 2 * width};
  const bool is_dashed = series.mark == Mark::kDashedLine;
  cairo_set_dash(pen, dashes, is_dashed ? 2 : 0, 0);
  cairo_set_line_cap(pen, is_dashed ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(pen, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width(pen, width);
}

void StrokeLine(const Series& series, const PanelLayout& layout, cairo_t* pen) {
  SetLine(series, pen);
  for (std::size_t i = 0; i < NumPoints(series); ++i) {
    const std::optional<Point> point = PlaceOf(series, i, layout);
    if (point) {
      cairo_line_to(pen, point->x, point->y);
    } else {
      cairo_new_sub_path(pen);
    }
  }
  cairo_stroke(pen);
  if (series.mark != Mark::kLinePoints) return;
  for (std::size_t i = 0; i < NumPoints(series); ++i) {
    const std::optional<Point> point = PlaceOf(series, i, layout);
    if (point) AddDot(*point, pen);
  }
  StrokeDots(kMarkDiameter * kLinePointSize * series.size, pen);
}

void DrawMark(const Series& series, Rgb colour, double opacity, Point middle, cairo_t* pen) {
  const double radius = kMarkDiameter / 2 * series.size;
  cairo_set_line_cap(pen, CAIRO_LINE_CAP_BUTT);
  cairo_set_dash(pen, nullptr, 0, 0);
  cairo_set_line_width(pen, kMarkLine);
  SetColour(colour, opacity, pen);
  if (series.mark == Mark::kCrosses) {
    AddCross(middle, radius, pen);
    cairo_stroke(pen);
  } else if (series.mark == Mark::kDiamonds) {
    AddDiamond(middle, radius * std::sqrt(2.0), pen);
    cairo_fill(pen);
  } else if (series.hollow) {
    cairo_new_sub_path(pen);
    cairo_arc(pen, middle.x, middle.y, radius, 0, 2 * std::numbers::pi);
    if (series.mark == Mark::kIntervals) {  // the line must not be seen through the ring
      cairo_set_source_rgb(pen, 1, 1, 1);
      cairo_fill_preserve(pen);
      SetColour(colour, opacity, pen);
    }
    cairo_stroke(pen);
  } else {
    AddDot(middle, pen);
    StrokeDots(2 * radius, pen);
  }
}

void DrawSeries(const Panel& panel, const Series& series, const PanelLayout& layout, cairo_t* pen) {
  const Rgb colour = SeriesColour(panel, series);
  SetColour(colour, series.opacity, pen);
  if (IsMark(series.mark) || series.mark == Mark::kIntervals) {
    const bool is_one_path = series.mark == Mark::kPoints && !series.hollow && series.opacity >= 1;
    for (std::size_t i = 0; i < NumPoints(series); ++i) {
      if (series.mark == Mark::kIntervals) DrawInterval(series, i, layout, pen);
      const std::optional<Point> point = PlaceOf(series, i, layout);
      if (!point || !IsIn(*point, layout.plot)) continue;
      if (is_one_path) {
        AddDot(*point, pen);
      } else {
        DrawMark(series, colour, series.opacity, *point, pen);
      }
    }
    if (is_one_path) StrokeDots(kMarkDiameter * series.size, pen);
    return;
  }
  constexpr double kOver = 0.3;  // mm: half the width of a line that runs along an edge
  const Box& plot = layout.plot;
  cairo_save(pen);
  cairo_rectangle(pen, plot.left - kOver, plot.bottom - kOver, plot.width + 2 * kOver,
                  plot.height + 2 * kOver);
  cairo_clip(pen);
  if (series.mark == Mark::kBand) {
    AddBand(series, layout, pen);
    cairo_fill(pen);
  } else {
    StrokeLine(series, layout, pen);
  }
  cairo_restore(pen);
}

}  // namespace zipflens
