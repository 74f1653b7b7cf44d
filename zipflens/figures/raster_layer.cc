#include "zipflens/figures/raster_layer.h"

#include <cairo.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "zipflens/base/interrupt.h"
#include "zipflens/base/numbers.h"
#include "zipflens/figures/colours.h"
#include "zipflens/figures/series_marks.h"

namespace zipflens {
namespace {

constexpr std::size_t kMostVectorMarks = 1000;     // about 250 kB of SVG
constexpr std::size_t kMostVectorPlaces = 10'240;  // 256 lines of 40 bins: about 200 kB of SVG
constexpr std::size_t kMostVectorLines = 256;
constexpr std::size_t kPlacesOfADisc = 4;               // a disc takes as much SVG as 4 places
constexpr std::size_t kMostTranslucentMarks = 131'072;  // 256 sequences of 512 tokens

bool IsOneOfManyLines(const Series& series) {
  return series.one_of_many && (series.mark == Mark::kLine || series.mark == Mark::kLinePoints);
}

std::size_t NumMarks(const Panel& panel) {
  std::size_t number = 0;
  for (const Series& series : panel.series) number += IsMark(series.mark) ? series.x.size() : 0;
  return number;
}

/// The diameter of a mark of size 1, mm: the more marks a panel has, the smaller they are.
double MarkDiameter(const Panel& panel) {
  constexpr double kSmallest = 0.9;
  const auto share = Real(kMostVectorMarks) / Real(NumMarks(panel));
  return std::max(kSmallest, kMarkDiameter * std::min(1.0, share));
}

/// The shape of a mark as the distance of (dx, dy) inside its edge, in pixels; outside is negative.
double Depth(Mark mark, double radius, double dx, double dy) {
  const double x = std::abs(dx);
  const double y = std::abs(dy);
  if (mark == Mark::kPoints) return radius - std::sqrt(x * x + y * y);
  if (mark == Mark::kDiamonds) return radius - (x + y) / std::sqrt(2.0);
  return std::min(radius / 4 - std::abs(x - y) / std::sqrt(2.0), radius - std::max(x, y));
}

/// How often each pixel of a raster is covered, and the sum of the colours that cover it.
class Pile {
 public:
  Pile(std::size_t rows, std::size_t cols) : rows_(rows), cols_(cols), sums_(rows * cols) {}

  void Add(std::size_t row, std::size_t col, float cover, Rgb colour) {
    Sums& sums = sums_[row * cols_ + col];
    sums[0] += cover;
    for (std::size_t c = 0; c < 3; ++c) sums[c + 1] += cover * static_cast<float>(colour[c]);
  }

  /// Puts a mark in the place of each point that was added.
  void Stamp(Mark mark, double radius) {
    const auto reach = static_cast<std::size_t>(std::ceil(1.5 * radius));
    const std::vector<Sums> points = std::exchange(sums_, std::vector<Sums>(rows_ * cols_));
    std::vector<float> covers;  // of the pixels around a point
    for (double y = -Real(reach); y <= Real(reach); ++y) {
      for (double x = -Real(reach); x <= Real(reach); ++x) {
        covers.push_back(static_cast<float>(std::clamp(Depth(mark, radius, x, y) + 0.5, 0.0, 1.0)));
      }
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (points[i][0] == 0) continue;
      const std::size_t row = i / cols_;
      const std::size_t col = i % cols_;
      for (std::size_t r = row - std::min(row, reach); r < std::min(rows_, row + reach + 1); ++r) {
        const float* cover = &covers[(r + reach - row) * (2 * reach + 1) + reach - col];
        for (std::size_t c = col - std::min(col, reach); c < std::min(cols_, col + reach + 1);
             ++c) {
          for (std::size_t k = 0; k < 4; ++k) sums_[r * cols_ + c][k] += cover[c] * points[i][k];
        }
      }
    }
  }

  /// Lays the pile on the raster as ink of `opacity`: a pixel covered n times shows it as n times.
  /// If `is_deep`, shades above kKneeShade follow the logarithm of n.
  void LayOn(Raster& raster, double opacity, bool is_deep) const {
    constexpr double kKneeShade = 0.35;
    constexpr double kDeepestShade = 0.95;
    const double of_one = std::log1p(-std::clamp(opacity, 0.0, is_deep ? kKneeShade : 0.9999));
    const double knee = std::log1p(-kKneeShade) / of_one;
    const double deepest = is_deep ? Deepest() : 0;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      const auto depth = static_cast<double>(sums_[i][0]);
      if (!(depth > 0)) continue;
      double shade = opacity < 1 || is_deep ? -std::expm1(depth * of_one) : std::min(depth, 1.0);
      if (depth > knee && deepest > knee) {
        const double share = std::min(1.0, std::log(depth / knee) / std::log(deepest / knee));
        shade = std::min(shade, kKneeShade + (kDeepestShade - kKneeShade) * share);
      }
      std::uint32_t mixed = 0;
      for (std::size_t c = 0; c < 3; ++c) {
        const double below = raster.pixels[i] >> (16 - 8 * c) & 255U;
        const double ink = static_cast<double>(sums_[i][c + 1]) / depth;
        mixed = mixed << 8 | static_cast<std::uint32_t>(std::lround(below + shade * (ink - below)));
      }
      raster.pixels[i] = mixed;
    }
  }

 private:
  using Sums = std::array<float, 4>;  // depth, red, green, blue

  /// The depth of the deepest pixels but a few.
  double Deepest() const {
    std::vector<float> depths;
    for (const Sums& sums : sums_) {
      if (sums[0] > 0) depths.push_back(sums[0]);
    }
    if (depths.empty()) return 0;
    const auto rank = depths.begin() + static_cast<std::ptrdiff_t>(0.999 * Real(depths.size() - 1));
    std::nth_element(depths.begin(), rank, depths.end());
    return static_cast<double>(*rank);
  }

  std::size_t rows_;
  std::size_t cols_;
  std::vector<Sums> sums_;  // [rows, cols]
};

/// Draws series into a raster that lies on the dots of the page.
class SeriesRaster {
 public:
  SeriesRaster(const Panel& panel, const PanelLayout& layout, double page_height)
      : panel_(panel), layout_(layout) {
    const Box& plot = layout.plot;
    const double left = std::floor(plot.left * kRasterDots);
    const double top = std::floor((page_height - plot.top()) * kRasterDots);
    raster_.cols = NumDots(std::ceil(plot.right() * kRasterDots) - left);
    raster_.rows = NumDots(std::ceil((page_height - plot.bottom) * kRasterDots) - top);
    raster_.pixels.assign(raster_.rows * raster_.cols, 0xFFFFFF);
    const double height = Real(raster_.rows) / kRasterDots;
    raster_.place = {left / kRasterDots, page_height - top / kRasterDots - height,
                     Real(raster_.cols) / kRasterDots, height};
  }

  Raster Draw() {
    const std::vector<bool> is_layered = LayeredSeries(panel_);
    for (std::size_t first = 0, last = 0; first < is_layered.size(); first = last) {
      const Series& one = panel_.series[first];
      for (last = first + 1; last < is_layered.size(); ++last) {
        const Series& next = panel_.series[last];
        if (!one.one_of_many || !next.one_of_many || next.mark != one.mark) break;
      }
      if (!is_layered[first]) continue;
      Pile pile(raster_.rows, raster_.cols);
      for (std::size_t s = first; s < last; ++s) {
        ThrowIfInterrupted();
        AddSeries(panel_.series[s], pile);
      }
      if (IsMark(one.mark)) pile.Stamp(one.mark, one.size * MarkDiameter(panel_) / 2 * kRasterDots);
      pile.LayOn(raster_, one.opacity, !IsMark(one.mark) || ArePiled(panel_));
    }
    return std::move(raster_);
  }

 private:
  static std::size_t NumDots(double dots) { return static_cast<std::size_t>(std::max(1.0, dots)); }

  /// The row of a place, inside the raster, as a number of rows from its top.
  std::size_t Row(double y) const {
    const double row = std::floor((raster_.place.top() - y) * kRasterDots);
    return static_cast<std::size_t>(std::clamp(row, 0.0, Real(raster_.rows - 1)));
  }

  /// Adds the points of marks, which are stamped later, or a line.
  void AddSeries(const Series& series, Pile& pile) {
    const Rgb colour = SeriesColour(panel_, series);
    const Box& plot = layout_.plot;
    double low = plot.top();
    double high = plot.bottom;
    for (std::size_t i = 0; i < NumPoints(series); ++i) {
      const std::optional<Point> point = PlaceOf(series, i, layout_);
      if (!point) continue;
      low = std::min(low, point->y);
      high = std::max(high, point->y);
      if (!IsMark(series.mark) || !IsIn(*point, plot)) continue;
      const double col = std::floor((point->x - raster_.place.left) * kRasterDots);
      pile.Add(Row(point->y), std::min(static_cast<std::size_t>(col), raster_.cols - 1), 1, colour);
    }
    if (!IsMark(series.mark))
      AddLine(series, colour, Row(high + series.size), Row(low - series.size), pile);
  }

  /// All of a line is one stroke: it covers no more where it crosses itself.
  void AddLine(const Series& series, Rgb colour, std::size_t first, std::size_t last, Pile& pile) {
    if (mask_ == nullptr) StartMask();
    StrokeLine(series, layout_, pen_.get());
    cairo_surface_flush(mask_.get());
    const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(mask_.get()));
    for (std::size_t row = first; row <= last; ++row) {
      unsigned char* cover = cairo_image_surface_get_data(mask_.get()) + row * stride;
      for (std::size_t block = 0; block < raster_.cols; block += kBlock) {
        std::uint64_t covers = 0;  // of a block; most are not covered at all
        std::memcpy(&covers, cover + block, kBlock);
        if (covers == 0) continue;
        for (std::size_t col = block; col < std::min(block + kBlock, raster_.cols); ++col) {
          if (cover[col] != 0) pile.Add(row, col, static_cast<float>(cover[col]) / 255, colour);
        }
        std::fill_n(cover + block, kBlock, static_cast<unsigned char>(0));
      }
    }
    cairo_surface_mark_dirty(mask_.get());
  }

  void StartMask() {
    const std::size_t width = (raster_.cols + kBlock - 1) / kBlock * kBlock;
    mask_.reset(cairo_image_surface_create(CAIRO_FORMAT_A8, static_cast<int>(width),
                                           static_cast<int>(raster_.rows)));
    pen_.reset(cairo_create(mask_.get()));
    cairo_set_antialias(pen_.get(), CAIRO_ANTIALIAS_FAST);  // for thousands of thin lines
    cairo_scale(pen_.get(), kRasterDots, -kRasterDots);
    cairo_translate(pen_.get(), -raster_.place.left, -raster_.place.top());
  }

  static constexpr std::size_t kBlock = 8;  // pixels of the mask that are looked at together

  struct Releaser {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* pen) const { cairo_destroy(pen); }
  };

  const Panel& panel_;
  const PanelLayout& layout_;
  Raster raster_;
  std::unique_ptr<cairo_surface_t, Releaser> mask_;
  std::unique_ptr<cairo_t, Releaser> pen_;
};

Raster DrawImage(const Panel& panel, const PanelLayout& layout) {
  const Image& image = *panel.image;
  const ColourBar bar = panel.colour_bar.value_or(ColourBar{});
  const std::size_t cell_rows = (image.rows + image.row_step - 1) / image.row_step;
  const std::size_t cell_cols = (image.cols + image.col_step - 1) / image.col_step;
  const auto dots_of = [](double size, std::size_t cells) {
    return static_cast<std::size_t>(std::max(1.0, std::floor(size * kRasterDots / Real(cells))));
  };
  const std::size_t high = dots_of(layout.plot.height, cell_rows);
  const std::size_t wide = dots_of(layout.plot.width, cell_cols);
  Raster raster{.rows = cell_rows * high, .cols = cell_cols * wide, .place = layout.plot};
  raster.pixels.reserve(raster.rows * raster.cols);
  for (std::size_t row = cell_rows; row-- > 0;) {
    for (std::size_t col = 0; col < cell_cols; ++col) {
      const auto value = static_cast<double>(
          image.values[row * image.row_step * image.cols + col * image.col_step]);
      const double position = std::round((value - bar.lower) / (bar.upper - bar.lower) * 249) / 249;
      const Rgb rgb = std::isfinite(value) ? RgbOf(bar.map, position) : RgbOf(Colour::kLightGrey);
      raster.pixels.insert(raster.pixels.end(), wide, PixelOf(rgb));
    }
    const auto first_line = raster.pixels.end() - static_cast<std::ptrdiff_t>(raster.cols);
    const std::vector<std::uint32_t> line(first_line, raster.pixels.end());
    for (std::size_t i = 1; i < high; ++i) {
      raster.pixels.insert(raster.pixels.end(), line.begin(), line.end());
    }
  }
  return raster;
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
  const bool are_marks_layered = NumMarks(panel) > kMostVectorMarks;
  for (std::size_t s = 0; s < panel.series.size(); ++s) {
    const Series& series = panel.series[s];
    is_layered[s] = (are_lines_layered && IsOneOfManyLines(series)) ||
                    (are_marks_layered && IsMark(series.mark));
  }
  return is_layered;
}

bool NeedsLayer(const Panel& panel) {
  const std::vector<bool> is_layered = LayeredSeries(panel);
  return std::find(is_layered.begin(), is_layered.end(), true) != is_layered.end();
}

bool ArePiled(const Panel& panel) {
  return !panel.image && NumMarks(panel) > kMostTranslucentMarks;
}

Raster DrawRaster(const Panel& panel, const PanelLayout& layout, double page_height) {
  if (panel.image) return DrawImage(panel, layout);
  return SeriesRaster(panel, layout, page_height).Draw();
}

}  // namespace zipflens
