#include "zipflens/figures/raster_layer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "zipflens/base/numbers.h"
#include "zipflens/figures/colours.h"
#include "zipflens/figures/png.h"
#include "zipflens/figures/raster_canvas.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

constexpr std::size_t kMostVectorMarks = 2000;  // about 200 kB of SVG
// 256 sequences of 40 bins: about 200 kB of SVG. Lines are also limited in number, however few
// points they have, because gnuplot reads the data once per line.
constexpr std::size_t kMostVectorPlaces = 10'240;
constexpr std::size_t kMostVectorLines = 256;
constexpr std::size_t kPlacesOfADisc = 4;               // a disc takes as much SVG as 4 places
constexpr std::size_t kMostTranslucentMarks = 131'072;  // 256 sequences of 512 tokens
constexpr double kDotsPerMillimetre = kLayerDotsPerInch / 25.4;
constexpr int kImageColours = 250;  // gnuplot's own palette has as many

/// The size of a raster in pixels.
struct Size {
  std::size_t rows;
  std::size_t cols;
};

bool IsMark(Mark mark) {
  return mark == Mark::kPoints || mark == Mark::kCrosses || mark == Mark::kDiamonds;
}

std::size_t NumMarks(const Panel& panel, Mark mark) {
  std::size_t number = 0;
  for (const Series& series : panel.series) number += series.mark == mark ? series.x.size() : 0;
  return number;
}

bool IsOneOfManyLines(const Series& series) {
  return series.one_of_many && (series.mark == Mark::kLine || series.mark == Mark::kLinePoints);
}

bool HasThinnedImage(const Panel& panel) {
  return panel.image && (panel.image->row_step > 1 || panel.image->col_step > 1);
}

std::size_t Steps(std::size_t size, std::size_t step) { return (size + step - 1) / step; }

std::size_t Dots(double millimetres) {
  return std::max(1L, std::lround(millimetres * kDotsPerMillimetre));
}

Ink InkOf(const Panel& panel, const Series& series) {
  const Rgb rgb = SeriesColour(panel, series);
  Ink ink{.opacity = series.opacity};
  for (std::size_t c = 0; c < rgb.size(); ++c) ink.colour[c] = static_cast<float>(rgb[c]) / 255.0F;
  return ink;
}

/// Turns the points of a series into pixels.
class Placer {
 public:
  Placer(const Series& series, const PanelLayout& layout, Size size)
      : series_(series),
        left_(layout.x.lower),
        top_(layout.y.upper),
        x_scale_(Real(size.cols) / (layout.x.upper - layout.x.lower)),
        y_scale_(Real(size.rows) / (layout.y.upper - layout.y.lower)),
        shift_(series.shift_mm * kDotsPerMillimetre) {}

  PixelPlace Of(std::size_t point_idx) const {
    return {(series_.x[point_idx] - left_) * x_scale_ + shift_,
            (top_ - series_.y[point_idx]) * y_scale_};
  }

 private:
  const Series& series_;
  double left_;
  double top_;
  double x_scale_;
  double y_scale_;
  double shift_;
};

void AddMark(Mark mark, PixelPlace place, double radius, const Ink& ink, RasterCanvas& canvas) {
  constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
  const auto [x, y] = place;
  if (mark == Mark::kPoints) {
    canvas.AddDisc(place, radius, ink);
  } else if (mark == Mark::kDiamonds) {
    canvas.AddDiamond(place, radius * std::sqrt(2.0), ink);
  } else {
    canvas.AddStroke({{x - radius, y - radius},
                      {x + radius, y + radius},
                      {kGap, kGap},
                      {x - radius, y + radius},
                      {x + radius, y - radius}},
                     radius / 2, /*disc_radius=*/0, ink);
  }
}

void AddSeries(const Panel& panel, const Series& series, const PanelLayout& layout, Size size,
               RasterCanvas& canvas) {
  const Placer placer(series, layout, size);
  const Ink ink = InkOf(panel, series);
  const double radius = series.size * kPointDiameter / 2 * kDotsPerMillimetre;
  if (IsMark(series.mark)) {
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      const PixelPlace place = placer.Of(i);
      const bool is_inside = place.x >= 0 && place.x <= Real(size.cols) && place.y >= 0 &&
                             place.y <= Real(size.rows);  // false for NaN
      if (is_inside) AddMark(series.mark, place, radius, ink, canvas);
    }
    return;
  }
  std::vector<PixelPlace> places;
  for (std::size_t i = 0; i < series.x.size(); ++i) places.push_back(placer.Of(i));
  canvas.AddStroke(places, series.size * kMillimetresPerPoint * kDotsPerMillimetre,
                   series.mark == Mark::kLinePoints ? kLinePointSize * radius : 0, ink);
}

std::string DrawSeries(const Panel& panel, const PanelLayout& layout) {
  const std::size_t rows = Dots(layout.plot.height);
  const std::size_t cols = Dots(layout.plot.width);
  const std::vector<bool> is_layered = LayeredSeries(panel);
  const bool are_marks_piled = ArePiled(panel);
  RasterCanvas canvas(rows, cols);
  for (std::size_t s = 0; s < panel.series.size(); ++s) {
    if (!is_layered[s]) continue;
    const Series& series = panel.series[s];
    const bool is_piled =
        IsOneOfManyLines(series) || (are_marks_piled && series.mark == Mark::kPoints);
    const bool is_first = s == 0 || !is_layered[s - 1] || panel.series[s - 1].mark != series.mark;
    const bool is_last = s + 1 == panel.series.size() || !is_layered[s + 1] ||
                         panel.series[s + 1].mark != series.mark;
    if (is_piled && is_first) canvas.StartPile();
    AddSeries(panel, series, layout, {rows, cols}, canvas);
    if (is_piled && is_last) canvas.FinishPile(series.opacity);
  }
  return EncodePng(rows, cols, canvas.Pixels());
}

std::string DrawImage(const Panel& panel) {
  const Image& image = *panel.image;
  const double lower = panel.colour_bar ? panel.colour_bar->lower : 0;
  const double upper = panel.colour_bar ? panel.colour_bar->upper : 1;
  const ColourMap map = panel.colour_bar ? panel.colour_bar->map : ColourMap::kViridis;
  const std::size_t rows = Steps(image.rows, image.row_step);
  const std::size_t cols = Steps(image.cols, image.col_step);
  std::vector<std::uint8_t> pixels;
  pixels.reserve(rows * cols * 3);
  for (std::size_t row = rows; row-- > 0;) {  // row 0 of a PNG is at the top
    for (std::size_t col = 0; col < cols; ++col) {
      const double value = image.values[row * image.row_step * image.cols + col * image.col_step];
      const double place = std::clamp((value - lower) / (upper - lower), 0.0, 1.0);
      const double step = std::min(std::floor(place * kImageColours), kImageColours - 1.0);
      const Rgb rgb =
          std::isfinite(value) ? RgbOf(map, step / (kImageColours - 1)) : RgbOf(Colour::kLightGrey);
      pixels.insert(pixels.end(), rgb.begin(), rgb.end());
    }
  }
  return EncodePng(rows, cols, pixels);
}

}  // namespace

std::vector<bool> LayeredSeries(const Panel& panel) {
  std::vector<bool> is_layered(panel.series.size(), false);
  if (panel.image) return is_layered;
  std::size_t num_lines = 0;
  std::size_t num_places = 0;
  for (const Series& series : panel.series) {
    if (!IsOneOfManyLines(series)) continue;
    ++num_lines;
    num_places += series.x.size() * (series.mark == Mark::kLinePoints ? kPlacesOfADisc : 1);
  }
  const bool are_lines_layered = num_lines > kMostVectorLines || num_places > kMostVectorPlaces;
  const std::array<Mark, 3> marks = {Mark::kPoints, Mark::kCrosses, Mark::kDiamonds};
  std::array<bool, 3> are_marks_layered{};
  for (std::size_t m = 0; m < marks.size(); ++m)
    are_marks_layered[m] = NumMarks(panel, marks[m]) > kMostVectorMarks;
  for (std::size_t s = 0; s < panel.series.size(); ++s) {
    const Series& series = panel.series[s];
    is_layered[s] = are_lines_layered && IsOneOfManyLines(series);
    for (std::size_t m = 0; m < marks.size(); ++m)
      is_layered[s] = is_layered[s] || (series.mark == marks[m] && are_marks_layered[m]);
  }
  return is_layered;
}

bool NeedsLayer(const Panel& panel) {
  const std::vector<bool> is_layered = LayeredSeries(panel);
  return HasThinnedImage(panel) ||
         std::find(is_layered.begin(), is_layered.end(), true) != is_layered.end();
}

bool ArePiled(const Panel& panel) {
  return !panel.image && NumMarks(panel, Mark::kPoints) > kMostTranslucentMarks;
}

std::size_t LayerCols(const Panel& panel, const PanelLayout& layout) {
  return panel.image ? Steps(panel.image->cols, panel.image->col_step) : Dots(layout.plot.width);
}

std::size_t LayerRows(const Panel& panel, const PanelLayout& layout) {
  return panel.image ? Steps(panel.image->rows, panel.image->row_step) : Dots(layout.plot.height);
}

std::string DrawLayer(const Panel& panel, const PanelLayout& layout) {
  return panel.image ? DrawImage(panel) : DrawSeries(panel, layout);
}

}  // namespace zipflens
