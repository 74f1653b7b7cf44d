#include "zipflens/figures/figure_drawing.h"

#include <algorithm>

#include "zipflens/base/interrupt.h"
#include "zipflens/base/numbers.h"
#include "zipflens/figures/colours.h"
#include "zipflens/figures/series_marks.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

constexpr Rgb kAxisColour = {0x40, 0x40, 0x40};
constexpr Rgb kGuideColour = {0x90, 0x90, 0x90};
constexpr Rgb kLabelLineColour = {0x70, 0x70, 0x70};
constexpr Rgb kRemarkColour = {0x50, 0x50, 0x50};
constexpr Rgb kWarningColour = {0xa6, 0x3c, 0x00};
constexpr double kAxisLine = 0.6 * kLineWidth;
constexpr double kGuideLine = 0.5 * kLineWidth;
constexpr double kLabelLine = 0.4 * kLineWidth;

void StrokeBetween(Point from, Point to, double width, Rgb colour, Page& page) {
  SetColour(colour, 1, page.pen());
  cairo_set_line_width(page.pen(), width);
  cairo_set_line_cap(page.pen(), CAIRO_LINE_CAP_BUTT);
  cairo_move_to(page.pen(), from.x, from.y);
  cairo_line_to(page.pen(), to.x, to.y);
  cairo_stroke(page.pen());
}

void DrawGuides(const Panel& panel, const PanelLayout& layout, Page& page) {
  constexpr double kDashes[] = {0.8, 0.6};  // mm
  cairo_set_dash(page.pen(), kDashes, 2, 0);
  const auto line = [&](double x0, double y0, double x1, double y1) {
    StrokeBetween({layout.PlaceX(x0), layout.PlaceY(y0)}, {layout.PlaceX(x1), layout.PlaceY(y1)},
                  kGuideLine, kGuideColour, page);
  };
  const LaidOutAxis& x = layout.x;
  const LaidOutAxis& y = layout.y;
  if (panel.y.zero_line && y.lower < 0 && y.upper > 0) line(x.lower, 0, x.upper, 0);
  if (panel.x.zero_line && x.lower < 0 && x.upper > 0) line(0, y.lower, 0, y.upper);
  const double low = std::max(x.lower, y.lower);
  const double high = std::min(x.upper, y.upper);
  if (panel.unity_line && low < high) line(low, low, high, high);
  cairo_set_dash(page.pen(), nullptr, 0, 0);
}

void DrawAxes(const Panel& panel, const PanelLayout& layout, Page& page) {
  const Box& plot = layout.plot;
  cairo_set_dash(page.pen(), nullptr, 0, 0);
  SetColour(kAxisColour, 1, page.pen());
  cairo_set_line_width(page.pen(), kAxisLine);
  cairo_set_line_cap(page.pen(), CAIRO_LINE_CAP_SQUARE);
  cairo_move_to(page.pen(), plot.left, plot.top());
  cairo_line_to(page.pen(), plot.left, plot.bottom);
  cairo_line_to(page.pen(), plot.right(), plot.bottom);
  cairo_stroke(page.pen());
  const double foot = plot.bottom - kTickLength - kTickGap;
  for (std::size_t i = 0; i < layout.x.ticks.size(); ++i) {
    const double x = layout.PlaceX(layout.x.ticks[i]);
    StrokeBetween({x, plot.bottom}, {x, plot.bottom - kTickLength}, kAxisLine, kAxisColour, page);
    page.Text(layout.x.tick_texts[i], {x, foot - kSmallLine / 2 + 0.3},
              {.points = kSmallPoints, .align = Align::kCentre});
  }
  for (std::size_t i = 0; i < layout.y.ticks.size(); ++i) {
    const double y = layout.PlaceY(layout.y.ticks[i]);
    StrokeBetween({plot.left, y}, {plot.left - kTickLength, y}, kAxisLine, kAxisColour, page);
    page.Text(layout.y.tick_texts[i], {plot.left - kTickLength - kTickGap, y},
              {.points = kSmallPoints, .align = Align::kRight});
  }
  if (!panel.x.label.empty()) {
    page.Text(panel.x.label, {plot.left + plot.width / 2, foot - kSmallLine - kTextLine / 2},
              {.points = kTextPoints, .align = Align::kCentre});
  }
  if (!panel.y.label.empty()) {
    const double x = plot.left - kTickLength - kTickGap - layout.tick_texts_width - kAxisLabelGap -
                     kTextLine / 2;
    page.Text(panel.y.label, {x, plot.bottom + plot.height / 2},
              {.points = kTextPoints, .align = Align::kCentre, .upward = true});
  }
}

void DrawColourBar(const Panel& panel, const PanelLayout& layout, Page& page) {
  constexpr int kStops = 32;
  const ColourBar& bar = *panel.colour_bar;
  const Box box = {layout.plot.right() + kBarGap, layout.plot.bottom, kBarWidth,
                   layout.plot.height};
  cairo_pattern_t* colours = cairo_pattern_create_linear(0, box.bottom, 0, box.top());
  for (int i = 0; i <= kStops; ++i) {
    const double share = static_cast<double>(i) / kStops;
    const Rgb rgb = RgbOf(bar.map, UsedPartOfMap(panel) * share);
    cairo_pattern_add_color_stop_rgb(colours, share, rgb[0] / 255.0, rgb[1] / 255.0,
                                     rgb[2] / 255.0);
  }
  cairo_set_source(page.pen(), colours);
  cairo_pattern_destroy(colours);
  cairo_rectangle(page.pen(), box.left, box.bottom, box.width, box.height);
  cairo_fill(page.pen());
  const LaidOutAxis& axis = layout.colour;
  const double texts = box.right() + kTickLength + kTickGap;
  double widest = 0;
  for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
    const double y =
        box.bottom + (axis.ticks[i] - axis.lower) / (axis.upper - axis.lower) * box.height;
    StrokeBetween({box.right(), y}, {box.right() + kTickLength, y}, kAxisLine, kAxisColour, page);
    page.Text(axis.tick_texts[i], {texts, y}, {.points = kSmallPoints});
    widest = std::max(widest, TextWidth(axis.tick_texts[i], kSmallPoints));
  }
  page.Text(bar.label,
            {texts + widest + kAxisLabelGap + kTextLine / 2, box.bottom + box.height / 2},
            {.points = kTextPoints, .align = Align::kCentre, .upward = true});
}

void DrawTitle(const Panel& panel, const PanelLayout& layout, Page& page) {
  for (std::size_t i = 0; i < layout.title_lines.size(); ++i) {
    const double y = layout.title_baseline - Real(i) * kTextLine;
    page.Text(layout.title_lines[i], {layout.plot.left, y}, {.points = kTextPoints});
  }
  if (!panel.letter.empty()) {
    page.Text(panel.letter, {layout.cell.left, layout.title_baseline},
              {.points = kLetterPoints, .bold = true});
  }
  if (!panel.remark.empty()) {
    page.Text(panel.remark, {layout.plot.right() - 1, layout.plot.top() - 2},
              {.points = kSmallPoints, .align = Align::kRight, .colour = kRemarkColour});
  }
}

void DrawLegend(const Panel& panel, const std::vector<LegendEntry>& legend, Page& page) {
  for (const LegendEntry& entry : legend) {
    const Series& series = panel.series[entry.series_idx];
    const Series sample = {.name = series.name,
                           .mark = series.mark,
                           .opacity = series.opacity,
                           .size = IsMark(series.mark) ? std::max(series.size, 0.4) : series.size,
                           .hollow = series.hollow};
    const Rgb colour = SeriesColour(panel, series);
    const double right = entry.left + kLegendSample;
    if (sample.mark == Mark::kBand) {
      SetColour(colour, sample.opacity, page.pen());
      cairo_rectangle(page.pen(), entry.left, entry.middle - 0.9, kLegendSample, 1.8);
      cairo_fill(page.pen());
    } else if (IsMark(sample.mark) || sample.mark == Mark::kIntervals) {
      DrawMark(sample, colour, /*opacity=*/1, {entry.left + kLegendSample / 2, entry.middle},
               page.pen());
    } else {
      SetColour(colour, 1, page.pen());
      SetLine(sample, page.pen());
      cairo_move_to(page.pen(), entry.left, entry.middle);
      cairo_line_to(page.pen(), right, entry.middle);
      cairo_stroke(page.pen());
    }
    page.Text(sample.name, {right + 1.0, entry.middle}, {.points = kSmallPoints});
  }
}

/// Warnings and footnote, in lines from the top.
void DrawFootnote(const FigureLayout& layout, Page& page) {
  double place =
      1.0 + kSmallLine * (Real(layout.warning_lines.size() + layout.footnote_lines.size()) - 0.5);
  const auto draw = [&](const std::vector<std::string>& lines, Rgb colour) {
    for (const std::string& line : lines) {
      page.Text(line, {1.0, place}, {.points = kSmallPoints, .colour = colour});
      place -= kSmallLine;
    }
  };
  draw(layout.warning_lines, kWarningColour);
  draw(layout.footnote_lines, kRemarkColour);
}

}  // namespace

FigureDrawing::FigureDrawing(const Figure& figure) : figure_(figure), layout_(LayOut(figure)) {
  for (std::size_t p = 0; p < figure.panels.size(); ++p) {
    ThrowIfInterrupted();
    const Panel& panel = figure.panels[p];
    labels_.push_back(PlaceLabels(panel, layout_.panels[p]));
    rasters_.emplace_back();
    if (panel.image || NeedsLayer(panel)) {
      rasters_.back() = DrawRaster(panel, layout_.panels[p], figure.height_mm);
    }
  }
}

void FigureDrawing::DrawPanel(std::size_t panel_idx, Page& page) const {
  const Panel& panel = figure_.panels[panel_idx];
  const PanelLayout& layout = layout_.panels[panel_idx];
  if (rasters_[panel_idx]) page.Picture(*rasters_[panel_idx]);
  DrawGuides(panel, layout, page);
  const std::vector<bool> is_layered = LayeredSeries(panel);
  for (std::size_t s = 0; s < panel.series.size(); ++s) {
    if (!is_layered[s]) DrawSeries(panel, panel.series[s], layout, page.pen());
  }
  DrawAxes(panel, layout, page);
  if (panel.colour_bar && panel.colour_bar->shown) DrawColourBar(panel, layout, page);
  DrawTitle(panel, layout, page);
  DrawLegend(panel, layout.legend, page);
  for (const PlacedLabel& label : labels_[panel_idx]) {
    if (label.line_end) {
      StrokeBetween(label.point, *label.line_end, kLabelLine, kLabelLineColour, page);
    }
    page.Text(label.text, label.middle, {.points = kSmallPoints, .align = Align::kCentre});
  }
}

std::string FigureDrawing::Draw(FigureFormat format, int png_dots_per_inch) const {
  ThrowIfInterrupted();
  Page page(format, figure_.width_mm, figure_.height_mm, png_dots_per_inch, figure_.name,
            figure_.caption);
  for (std::size_t p = 0; p < figure_.panels.size(); ++p) DrawPanel(p, page);
  if (figure_.legend) DrawLegend(figure_.panels[0], layout_.legend, page);
  DrawFootnote(layout_, page);
  return page.Finish();
}

}  // namespace zipflens
