#include "zipflens/figures/gnuplot_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "zipflens/base/numbers.h"
#include "zipflens/figures/raster_layer.h"
#include "zipflens/figures/script_series.h"
#include "zipflens/figures/script_text.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

constexpr const char* kAxisColour = "#404040";
constexpr const char* kZeroColour = "#909090";
constexpr const char* kWarningColour = "#a63c00";

std::string FormatNames(const std::set<FigureFormat>& formats) {
  std::string names;
  for (const FigureFormat format : formats) {
    const char* name = format == FigureFormat::kSvg   ? "svg"
                       : format == FigureFormat::kPdf ? "pdf"
                                                      : "png";
    names += (names.empty() ? "" : " ") + std::string(name);
  }
  return names;
}

/// Sets the terminals so that type, lines and points have the same size in mm in each. pngcairo
/// assumes 96 dots per inch for type.
std::string Terminals(const Figure& figure, const FigureOptions& options) {
  const double dots = options.png_dots_per_inch / 25.4;
  const double dots_a_point = options.png_dots_per_inch / 72.0;
  std::string out;
  out += fmt::format(
      "  if (format eq 'svg') {{ set terminal svg size {},{} fixed noenhanced "
      "font face.',{:g}' linewidth 1 background '#ffffff'; set pointsize 1 }}\n",
      std::lround(figure.width_mm / kMillimetresPerPoint),
      std::lround(figure.height_mm / kMillimetresPerPoint), kTextPoints);
  out += fmt::format(
      "  if (format eq 'pdf') {{ set terminal pdfcairo size {:g}cm,{:g}cm "
      "noenhanced font face.',{:g}' fontscale 0.75 linewidth 2 rounded background '#ffffff' }}\n",
      figure.width_mm / 10, figure.height_mm / 10, kTextPoints);
  out += fmt::format(
      "  if (format eq 'png') {{ set terminal pngcairo size {},{} noenhanced "
      "font face.',{:g}' fontscale {:.4f} linewidth {:.4f} pointscale {:.4f} "
      "rounded background '#ffffff' }}\n",
      std::lround(figure.width_mm * dots), std::lround(figure.height_mm * dots), kTextPoints,
      dots_a_point * 72 / 96, dots_a_point, dots_a_point);
  return out + fmt::format("  set output {}.format\n", GnuplotString(figure.name + "."));
}

std::string Palette(const ColourBar& bar, double used_part) {
  constexpr int kSteps = 32;
  std::string out = "  set palette maxcolors 250 defined (";
  for (int i = 0; i <= kSteps; ++i) {
    out += fmt::format("{}{} '{}'", i == 0 ? "" : ", ", i,
                       Hex(RgbOf(bar.map, used_part * i / kSteps)));
  }
  return out + ")\n";
}

std::string TickList(const LaidOutAxis& axis) {
  std::string out = "(";
  for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
    out += fmt::format("{}'' {:.12g}", i == 0 ? "" : ", ", axis.ticks[i]);
  }
  return out + ")";
}

/// The layout places the texts, so that they are the same in every format.
std::string TickTextCommands(const PanelLayout& layout) {
  std::string out;
  for (std::size_t i = 0; i < layout.x.ticks.size(); ++i) {
    out +=
        "  " + LabelAt(layout.PlaceX(layout.x.ticks[i]),
                       layout.plot.bottom - kTickLength - kTickGap - kSmallLine / 2 + 0.3,
                       layout.x.tick_texts[i], {.points = kSmallPoints, .align = Align::kCentre});
  }
  for (std::size_t i = 0; i < layout.y.ticks.size(); ++i) {
    out +=
        "  " + LabelAt(layout.plot.left - kTickLength - kTickGap, layout.PlaceY(layout.y.ticks[i]),
                       layout.y.tick_texts[i], {.points = kSmallPoints, .align = Align::kRight});
  }
  return out;
}

std::string AxisCommands(const Panel& panel, const PanelLayout& layout) {
  const Box& plot = layout.plot;
  std::string out = fmt::format(
      "  set border 3 linewidth 0.6 linecolor rgb '{}' front\n"
      "  set lmargin at screen X({:.3f}); set rmargin at screen X({:.3f})\n"
      "  set bmargin at screen Y({:.3f}); set tmargin at screen Y({:.3f})\n"
      "  set xrange [{:.12g}:{:.12g}]; set yrange [{:.12g}:{:.12g}]\n",
      kAxisColour, plot.left, plot.right(), plot.bottom, plot.top(), layout.x.lower, layout.x.upper,
      layout.y.lower, layout.y.upper);
  out +=
      fmt::format("  set xtics out nomirror scale 0.6 {}\n  set ytics out nomirror scale 0.6 {}\n",
                  TickList(layout.x), TickList(layout.y));
  out += TickTextCommands(layout);
  if (!panel.x.label.empty()) {
    out += "  " + LabelAt(plot.left + plot.width / 2,
                          plot.bottom - kTickLength - kTickGap - kSmallLine - kTextLine / 2,
                          panel.x.label, {.points = kTextPoints, .align = Align::kCentre});
  }
  if (!panel.y.label.empty()) {
    const double x = plot.left - kTickLength - kTickGap - layout.tick_texts_width - kTextLine / 2;
    out += "  " + LabelAt(x, plot.bottom + plot.height / 2, panel.y.label,
                          {.points = kTextPoints, .align = Align::kCentre, .upward = true});
  }
  return out;
}

/// Draws a guide line below the data, or above it if a raster or an image would hide the line.
std::string GuideLine(const Panel& panel, double x0, double y0, double x1, double y1) {
  const bool in_front = panel.image || NeedsLayer(panel);
  return fmt::format(
      "  set arrow from {:.12g},{:.12g} to {:.12g},{:.12g} nohead dashtype (12,8) "
      "linewidth 0.5 linecolor rgb '{}' {}\n",
      x0, y0, x1, y1, kZeroColour, in_front ? "front" : "back");
}

std::string GuideCommands(const Panel& panel, const PanelLayout& layout) {
  const LaidOutAxis& x = layout.x;
  const LaidOutAxis& y = layout.y;
  std::string out;
  if (panel.y.zero_line && y.lower < 0 && y.upper > 0)
    out += GuideLine(panel, x.lower, 0, x.upper, 0);
  if (panel.x.zero_line && x.lower < 0 && x.upper > 0)
    out += GuideLine(panel, 0, y.lower, 0, y.upper);
  const double low = std::max(x.lower, y.lower);
  const double high = std::min(x.upper, y.upper);
  if (panel.unity_line && low < high) out += GuideLine(panel, low, low, high, high);
  if (panel.image) {
    out += fmt::format(
        "  set object rectangle from {} to {} behind fillstyle solid noborder "
        "fillcolor rgb '{}'\n",
        Place(layout.plot.left, layout.plot.bottom), Place(layout.plot.right(), layout.plot.top()),
        Hex(RgbOf(Colour::kLightGrey)));
  }
  return out;
}

std::string TitleCommands(const Panel& panel, const PanelLayout& layout) {
  std::string out;
  for (std::size_t i = 0; i < layout.title_lines.size(); ++i) {
    out += "  " + LabelAt(layout.plot.left, layout.title_baseline - Real(i) * kTextLine,
                          layout.title_lines[i], {.points = kTextPoints});
  }
  if (!panel.letter.empty()) {
    out += "  " + LabelAt(layout.cell.left, layout.title_baseline, panel.letter,
                          {.points = kLetterPoints, .bold = true});
  }
  if (!panel.remark.empty()) {
    out += "  " + LabelAt(layout.plot.right() - 1, layout.plot.top() - 2, panel.remark,
                          {.points = kSmallPoints, .align = Align::kRight, .colour = "#505050"});
  }
  return out;
}

/// The colour bar itself is drawn with the panel's plot.
std::string ColourBarCommands(const Panel& panel, const PanelLayout& layout) {
  const ColourBar& bar = *panel.colour_bar;
  const LaidOutAxis& axis = layout.colour;
  std::string out = Palette(bar, UsedPartOfMap(panel));
  out += fmt::format("  set cbrange [{:.12g}:{:.12g}]\n", axis.lower, axis.upper);
  if (!bar.shown) return out;
  const double left = layout.plot.right() + kBarGap;
  out += fmt::format(
      "  set colorbox vertical user origin X({:.3f}),Y({:.3f}) "
      "size X({:.3f}),Y({:.3f}) noborder\n  set cbtics out nomirror scale 0.6 {}\n",
      left, layout.plot.bottom, kBarWidth, layout.plot.height, TickList(axis));
  double widest = 0;
  for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
    const double share = (axis.ticks[i] - axis.lower) / (axis.upper - axis.lower);
    out += "  " + LabelAt(left + kBarWidth + kTickLength + kTickGap,
                          layout.plot.bottom + share * layout.plot.height, axis.tick_texts[i],
                          {.points = kSmallPoints});
    widest = std::max(widest, TextWidth(axis.tick_texts[i], kSmallPoints));
  }
  out += "  " + LabelAt(left + kBarWidth + kTickLength + kTickGap + widest + kTextLine / 2,
                        layout.plot.bottom + layout.plot.height / 2, bar.label,
                        {.points = kTextPoints, .align = Align::kCentre, .upward = true});
  return out;
}

std::string PanelCommands(const Figure& figure, std::size_t panel_idx, const PanelLayout& layout,
                          const std::vector<DataRows>& rows) {
  const Panel& panel = figure.panels[panel_idx];
  std::string out = "\n  unset label; unset arrow; unset object; unset colorbox\n";
  out += AxisCommands(panel, layout);
  out += GuideCommands(panel, layout);
  out += TitleCommands(panel, layout);
  out += LegendCommands(panel, layout.legend);
  out += LabelCommands(panel, layout);
  if (panel.colour_bar) out += ColourBarCommands(panel, layout);
  return out + PlotCommand(figure, panel_idx, layout, rows);
}

/// Warnings and footnote, in lines from the top.
std::string FootnoteCommands(const FigureLayout& layout) {
  std::string out;
  double lines_below = Real(layout.warning_lines.size() + layout.footnote_lines.size());
  const auto add = [&](const std::vector<std::string>& lines, const char* colour) {
    for (const std::string& line : lines) {
      lines_below -= 1;
      out += "  " + LabelAt(1.0, 1.0 + kSmallLine * (lines_below + 0.5), line,
                            {.points = kSmallPoints, .colour = colour});
    }
  };
  add(layout.warning_lines, kWarningColour);
  add(layout.footnote_lines, "#505050");
  return out;
}

}  // namespace

std::string GnuplotString(const std::string& text) {
  constexpr std::string_view kHarmless = " .,:;-+=()/_";
  std::string quoted = "\"";
  bool is_escaped =
      false;  // the character before: gnuplot would read a digit as a part of its code
  for (const char c : OneLine(text)) {
    const unsigned char byte = ByteOf(c);
    const bool is_digit = c >= '0' && c <= '9';
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    is_escaped = !(byte >= 0x80 || is_letter || (is_digit && !is_escaped) ||
                   kHarmless.find(c) != std::string_view::npos);
    quoted += is_escaped ? fmt::format("\\{:03o}", byte) : std::string(1, c);
  }
  return quoted + "\"";
}

std::string LayerFileName(const Figure& figure, std::size_t panel_idx) {
  return fmt::format("{}_layer{}.png", figure.name, panel_idx + 1);
}

std::string MakeGnuplotScript(const Figure& figure, const FigureLayout& layout,
                              const std::vector<std::vector<DataRows>>& rows,
                              const FigureOptions& options) {
  std::string out = fmt::format(
      "# {0}: redraw with `gnuplot {0}.gp` in this folder.\n"
      "# Places are in mm: X() from the left, Y() from below. Data: {0}.csv\n"
      "if (!exists('formats')) formats = '{1}'\n",
      figure.name, FormatNames(options.formats));
  if (std::any_of(figure.panels.begin(), figure.panels.end(), NeedsLayer)) {
    out += fmt::format(
        "# What is too much for lines and marks is a picture, {}_layerN.png, at {} dots per inch, "
        "drawn by zipflens; 0: all of it from the data.\n"
        "if (!exists('layers')) layers = 1\n",
        figure.name, kLayerDotsPerInch);
    out += CrowdFunctions(figure);
  }
  out += fmt::format(
      "X(mm) = mm / {:g}\nY(mm) = mm / {:g}\nface = '{}'\n"
      "set encoding utf8\nset datafile separator comma\n"
      "set key off\n"
      "do for [format in formats] {{\n",
      figure.width_mm, figure.height_mm, kFontFamily);
  out += "  bold = face.(format eq 'svg' ? ' Bold' : ':Bold')\n";
  out += Terminals(figure, options);
  out += "  set multiplot\n";
  for (std::size_t p = 0; p < figure.panels.size(); ++p) {
    out += PanelCommands(figure, p, layout.panels[p], rows[p]);
  }
  out +=
      "\n  unset label; unset arrow; unset object; unset colorbox; unset border; unset xtics; "
      "unset ytics\n";
  if (figure.legend) out += LegendCommands(figure.panels[0], layout.legend);
  out += FootnoteCommands(layout);
  out += "  plot NaN notitle\n  unset multiplot\n  unset output\n}\n";
  return out;
}

}  // namespace zipflens
