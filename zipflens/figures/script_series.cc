#include "zipflens/figures/script_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "zipflens/base/numbers.h"
#include "zipflens/figures/colours.h"
#include "zipflens/figures/gnuplot_script.h"
#include "zipflens/figures/label_places.h"
#include "zipflens/figures/raster_layer.h"
#include "zipflens/figures/script_text.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

constexpr std::size_t kMostRectangles = 1024;
constexpr double kLineWidth = 1.0;  // in points, of a line of size 1

int PointType(const Series& series) {
  if (series.mark == Mark::kCrosses) return 2;
  if (series.mark == Mark::kDiamonds) return 13;
  return series.hollow ? 6 : 7;  // a ring or a disc
}

bool HasLineSample(Mark mark) {
  return mark == Mark::kLine || mark == Mark::kLinePoints || mark == Mark::kDashedLine;
}

std::string PointStyle(const Series& series, const std::string& colour) {
  return fmt::format("pointtype {} pointsize {:g} linewidth 0.7 linecolor rgb '{}'",
                     PointType(series), series.size, colour);
}

std::string ColourOf(const Panel& panel, const Series& series) {
  return ColourText(SeriesColour(panel, series), series.opacity);
}

/// The `using` and `with` parts of a series: one or more plots, each drawn over the one before.
std::vector<std::string> Styles(const Panel& panel, const PanelLayout& layout,
                                const Series& series) {
  const std::string colour = ColourOf(panel, series);
  const double width = kLineWidth * series.size;
  std::string x = "3";
  if (series.shift_mm != 0) {
    const double shift = series.shift_mm / layout.plot.width * (layout.x.upper - layout.x.lower);
    x = fmt::format("($3{:+.8g})", shift);
  }
  switch (series.mark) {
    case Mark::kPoints:
    case Mark::kCrosses:
    case Mark::kDiamonds:
      return {"using " + x + ":4 with points " + PointStyle(series, colour)};
    case Mark::kLine:
      return {
          fmt::format("using {}:4 with lines linewidth {:g} linecolor rgb '{}'", x, width, colour)};
    case Mark::kDashedLine:
      return {fmt::format("using {}:4 with lines dashtype (8,5) linewidth {:g} linecolor rgb '{}'",
                          x, width, colour)};
    case Mark::kLinePoints:
      return {
          fmt::format("using {}:4 with linespoints pointtype 7 pointsize {:g} linewidth {:g} "
                      "linecolor rgb '{}'",
                      x, kLinePointSize * series.size, width, colour)};
    case Mark::kBand:
      return {
          fmt::format("using {}:5:6 with filledcurves fillstyle transparent solid {:g} noborder "
                      "fillcolor rgb '{}'",
                      x, series.opacity, Hex(SeriesColour(panel, series)))};
    case Mark::kIntervals: {
      std::vector<std::string> styles = {fmt::format(
          "using {}:5:(0):($6-$5) with vectors nohead linewidth {:g} linecolor rgb '{}'", x,
          kLineWidth, colour)};
      Series disc = series;
      disc.hollow = false;
      if (series.hollow) {  // the line must not be seen through the ring
        styles.push_back("using " + x + ":4 with points " + PointStyle(disc, "#ffffff"));
      }
      styles.push_back("using " + x + ":4 with points " + PointStyle(series, colour));
      return styles;
    }
  }
  return {};
}

std::string ImagePlot(const Figure& figure, std::size_t panel_idx) {
  const Image& image = *figure.panels[panel_idx].image;
  // gnuplot cannot draw an image of a single row or column, so it is drawn as boxes.
  const bool is_line = image.rows < 2 || image.cols < 2;
  // Viewers may smooth an embedded picture of few pixels; rectangles stay sharp.
  const bool is_small = image.rows * image.cols <= kMostRectangles;
  return fmt::format("{} skip 1 matrix every 1:1:1:0 using ($1-1):2:{} notitle",
                     GnuplotString(ImageFileName(figure, panel_idx)),
                     is_line    ? "(0.5):(0.5):3 with boxxyerror fillstyle solid noborder "
                                  "fillcolor palette"
                     : is_small ? "3 with image pixels"
                                : "3 with image");
}

std::string LayerPlot(const Figure& figure, std::size_t panel_idx, const PanelLayout& layout) {
  const auto cols = Real(LayerCols(figure.panels[panel_idx], layout));
  const auto rows = Real(LayerRows(figure.panels[panel_idx], layout));
  const double dx = (layout.x.upper - layout.x.lower) / cols;
  const double dy = (layout.y.upper - layout.y.lower) / rows;
  return fmt::format(
      "{} binary filetype=png origin=({:.12g},{:.12g}) dx={:.12g} dy={:.12g} "
      "with rgbimage notitle",
      GnuplotString(LayerFileName(figure, panel_idx)), layout.x.lower + dx / 2,
      layout.y.lower + dy / 2, dx, dy);
}

/// Series of a panel that are drawn by one plot: [first, last].
struct Crowd {
  std::size_t first;
  std::size_t last;
};

/// The last of the series after `first` that differ from it only in name, points and colour.
/// Returns `first` if there is none.
std::size_t LastOfCrowd(const Panel& panel, const std::vector<bool>& is_layered,
                        std::size_t first) {
  const Series& one = panel.series[first];
  std::size_t last = first;
  while (last + 1 < panel.series.size()) {
    const Series& next = panel.series[last + 1];
    if (!is_layered[last + 1] || !next.one_of_many || next.mark != one.mark ||
        next.size != one.size || next.opacity != one.opacity || next.hollow != one.hollow) {
      break;
    }
    ++last;
  }
  return last;
}

std::string CrowdColours(std::size_t panel_idx, const Crowd& crowd) {
  return fmt::format("colours_{}_{}", panel_idx + 1, crowd.first);
}

/// The colours of a crowd's series as an array, which is used cyclically.
std::string CrowdColoursCommand(const Panel& panel, std::size_t panel_idx, const Crowd& crowd) {
  std::vector<std::uint32_t> colours;
  for (std::size_t s = crowd.first; s <= crowd.last; ++s) {
    if (panel.series[s].x.empty()) continue;  // it has no row in the file
    const std::string text = ColourOf(panel, panel.series[s]).substr(1);
    colours.push_back(static_cast<std::uint32_t>(std::stoul(text, nullptr, 16)));
  }
  if (std::all_of(colours.begin(), colours.end(), [&](auto c) { return c == colours[0]; })) {
    // In SVG, gnuplot joins neighbouring lines of one colour into a single shape, in which
    // translucent lines hide each other. Two colours that look the same keep them separate.
    const std::uint32_t other = colours[0] ^ 1U;
    colours = {colours[0], colours[0], other, other};
  }
  std::string list;
  for (const std::uint32_t colour : colours) {
    list += fmt::format("{}0x{:08x}", list.empty() ? "" : ",", colour);
  }
  return fmt::format("  array {}[{}] = [{}]\n", CrowdColours(panel_idx, crowd), colours.size(),
                     list);
}

/// One plot for many series. It draws in two rounds, each of which leaves out every other series,
/// so that no line joins two series.
std::string CrowdPlot(const Figure& figure, std::size_t panel_idx,
                      const std::vector<DataRows>& rows, const Crowd& crowd) {
  const Series& one = figure.panels[panel_idx].series[crowd.first];
  std::string style = fmt::format("lines linewidth {:g}", kLineWidth * one.size);
  if (one.mark == Mark::kLinePoints) {
    style = fmt::format("linespoints pointtype 7 pointsize {:g} linewidth {:g}",
                        kLinePointSize * one.size, kLineWidth * one.size);
  } else if (one.mark != Mark::kLine) {
    style =
        fmt::format("points pointtype {} pointsize {:g} linewidth 0.7", PointType(one), one.size);
  }
  const std::string colours = CrowdColours(panel_idx, crowd);
  return fmt::format(
      "for [round=0:1] StartRound({}) skip 1 every ::{}::{} "
      "using 3:(OfRound(strcol(2), $4, round)):({}[1 + series % |{}|]) with {} "
      "linecolor rgb variable notitle",
      GnuplotString(SeriesFileName(figure, /*is_layered=*/true)), rows[crowd.first].first,
      rows[crowd.last].last, colours, colours, style);
}

std::string Joined(const std::vector<std::string>& pieces) {
  // The axes are drawn only if there is a plot.
  if (pieces.empty()) return "  plot NaN notitle\n";
  std::string out = "  plot ";
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) out += ", \\\n    ";
    out += pieces[i];
  }
  return out + "\n";
}

}  // namespace

std::string PlotCommand(const Figure& figure, std::size_t panel_idx, const PanelLayout& layout,
                        const std::vector<DataRows>& rows) {
  const Panel& panel = figure.panels[panel_idx];
  const bool has_layer = NeedsLayer(panel);
  const std::vector<bool> is_layered = LayeredSeries(panel);
  std::vector<std::string> with_layer;
  std::vector<std::string> from_data;
  std::string colour_arrays;
  if (panel.image) from_data.push_back(ImagePlot(figure, panel_idx));
  if (has_layer) with_layer.push_back(LayerPlot(figure, panel_idx, layout));
  for (std::size_t s = 0; s < panel.series.size(); ++s) {
    const Series& series = panel.series[s];
    if (series.x.empty()) continue;
    if (is_layered[s] && series.one_of_many) {
      const std::size_t last = LastOfCrowd(panel, is_layered, s);
      colour_arrays += CrowdColoursCommand(panel, panel_idx, {s, last});
      from_data.push_back(CrowdPlot(figure, panel_idx, rows, {s, last}));
      s = last;
      continue;
    }
    for (const std::string& style : Styles(panel, layout, series)) {
      const std::string plot = fmt::format("{} skip 1 every ::{}::{} {} notitle",
                                           GnuplotString(SeriesFileName(figure, is_layered[s])),
                                           rows[s].first, rows[s].last, style);
      from_data.push_back(plot);
      if (!is_layered[s]) with_layer.push_back(plot);
    }
  }
  if (panel.colour_bar && panel.colour_bar->shown && (!panel.image || has_layer)) {
    // gnuplot draws a colour bar only beside a plot that uses its palette.
    const std::string bar =
        fmt::format("NaN with points linecolor palette cb {:g} notitle", panel.colour_bar->lower);
    from_data.push_back(bar);
    with_layer.push_back(bar);
  }
  if (!has_layer) return Joined(from_data);
  return "  if (layers) {\n" + Joined(with_layer) + "  } else {\n" + colour_arrays +
         Joined(from_data) + "  }\n";
}

std::string CrowdFunctions(const Figure& figure) {
  const bool has_crowd =
      std::any_of(figure.panels.begin(), figure.panels.end(), [](const Panel& panel) {
        const std::vector<bool> is_layered = LayeredSeries(panel);
        for (std::size_t s = 0; s < is_layered.size(); ++s) {
          if (is_layered[s] && panel.series[s].one_of_many) return true;
        }
        return false;
      });
  if (!has_crowd) return "";
  return "# Rows of a series have one name, and its neighbours others. A round draws every other "
         "series.\n"
         "StartRound(file) = (series_name = '', series = -1, file)\n"
         "OfRound(name, value, round) = (series = name eq series_name ? series : series + 1, "
         "series_name = name, series % 2 == round ? value : NaN)\n";
}

std::string LegendCommands(const Panel& panel, const std::vector<LegendEntry>& legend) {
  std::string out;
  for (const LegendEntry& entry : legend) {
    const Series& series = panel.series[entry.series_idx];
    const std::string colour = ColourText(SeriesColour(panel, series), 1.0);
    const double right = entry.left + kLegendSample;
    if (series.mark == Mark::kBand) {
      out += fmt::format(
          "  set object rectangle from {} to {} fillstyle transparent solid {:g} "
          "noborder fillcolor rgb '{}' front\n",
          Place(entry.left, entry.middle - 0.9), Place(right, entry.middle + 0.9), series.opacity,
          colour);
    } else if (HasLineSample(series.mark)) {
      out += fmt::format(
          "  set arrow from {} to {} nohead {}linewidth {:g} linecolor rgb '{}' "
          "front\n",
          Place(entry.left, entry.middle), Place(right, entry.middle),
          series.mark == Mark::kDashedLine ? "dashtype (8,5) " : "", kLineWidth * series.size,
          colour);
    } else {
      Series sample = series;
      sample.size = std::max(series.size, 0.4);
      out += fmt::format("  set label '' at {} point {} front\n",
                         Place(entry.left + kLegendSample / 2, entry.middle),
                         PointStyle(sample, colour));
    }
    out += "  " + LabelAt(right + 1.0, entry.middle, series.name, {.points = kSmallPoints});
  }
  return out;
}

std::string LabelCommands(const Panel& panel, const PanelLayout& layout) {
  std::string out;
  for (const PlacedLabel& label : PlaceLabels(panel, layout)) {
    if (label.has_line) {
      out += fmt::format(
          "  set arrow from {} to {} nohead linewidth 0.4 linecolor rgb '#707070' front\n",
          Place(label.point_x, label.point_y), Place(label.line_x, label.line_y));
    }
    out += "  " + LabelAt(label.middle_x, label.middle_y, label.text,
                          {.points = kSmallPoints, .align = Align::kCentre});
  }
  return out;
}

}  // namespace zipflens
