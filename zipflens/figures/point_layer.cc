#include "zipflens/figures/point_layer.h"

#include <algorithm>
#include <cmath>

#include "zipflens/figures/colours.h"
#include "zipflens/figures/png.h"

namespace zipflens {
namespace {

constexpr std::size_t kMostVectorPoints = 2000;  // about 200 kB of SVG
constexpr double kDotsPerMillimetre = kLayerDotsPerInch / 25.4;

/// White paper that discs are laid on, row 0 at the top.
class Canvas {
 public:
  Canvas(std::size_t rows, std::size_t cols)
      : rows_(static_cast<long>(rows)), cols_(static_cast<long>(cols)), ink_(rows * cols * 3, 1) {}

  /// Centre and radius in pixels; pixel (0, 0) covers [0, 1) x [0, 1).
  void AddDisc(double x, double y, double radius, const std::array<float, 3>& colour,
               double opacity) {
    const double reach = radius + 0.5;
    const long first_row = std::max(0L, std::lround(std::floor(y - reach)));
    const long last_row = std::min(rows_ - 1, std::lround(std::floor(y + reach)));
    const long first_col = std::max(0L, std::lround(std::floor(x - reach)));
    const long last_col = std::min(cols_ - 1, std::lround(std::floor(x + reach)));
    for (long row = first_row; row <= last_row; ++row) {
      for (long col = first_col; col <= last_col; ++col) {
        const double dx = static_cast<double>(col) + 0.5 - x;
        const double dy = static_cast<double>(row) + 0.5 - y;
        const double cover = std::clamp(reach - std::sqrt(dx * dx + dy * dy), 0.0, 1.0);
        if (cover <= 0) continue;
        const auto alpha = static_cast<float>(cover * opacity);
        float* pixel = &ink_[static_cast<std::size_t>(row * cols_ + col) * 3];
        for (std::size_t c = 0; c < 3; ++c) pixel[c] += alpha * (colour[c] - pixel[c]);
      }
    }
  }

  std::vector<std::uint8_t> Pixels() const {
    std::vector<std::uint8_t> pixels(ink_.size());
    std::transform(ink_.begin(), ink_.end(), pixels.begin(), [](float value) {
      return static_cast<std::uint8_t>(std::lround(value * 255.0F));
    });
    return pixels;
  }

 private:
  long rows_;
  long cols_;
  std::vector<float> ink_;  // [rows, cols, 3], 0 to 1
};

std::size_t Dots(double millimetres) {
  return static_cast<std::size_t>(std::max(1L, std::lround(millimetres * kDotsPerMillimetre)));
}

}  // namespace

bool NeedsPointLayer(const Panel& panel) {
  std::size_t num_points = 0;
  for (const Series& series : panel.series) {
    if (series.mark == Mark::kPoints) num_points += series.x.size();
  }
  return !panel.image && num_points > kMostVectorPoints;
}

std::size_t LayerCols(const PanelLayout& layout) { return Dots(layout.plot.width); }
std::size_t LayerRows(const PanelLayout& layout) { return Dots(layout.plot.height); }

std::string DrawPointLayer(const Panel& panel, const PanelLayout& layout) {
  const std::size_t rows = LayerRows(layout);
  const std::size_t cols = LayerCols(layout);
  Canvas canvas(rows, cols);
  const double x_scale = static_cast<double>(cols) / (layout.x.upper - layout.x.lower);
  const double y_scale = static_cast<double>(rows) / (layout.y.upper - layout.y.lower);
  for (const Series& series : panel.series) {
    if (series.mark != Mark::kPoints) continue;
    const Rgb rgb = SeriesColour(panel, series);
    const std::array<float, 3> colour = {static_cast<float>(rgb[0]) / 255.0F,
                                         static_cast<float>(rgb[1]) / 255.0F,
                                         static_cast<float>(rgb[2]) / 255.0F};
    const double radius = series.size * kPointDiameter / 2 * kDotsPerMillimetre;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      const double x = (series.x[i] - layout.x.lower) * x_scale;
      const double y = (layout.y.upper - series.y[i]) * y_scale;
      const bool is_inside = x >= 0 && x <= static_cast<double>(cols) && y >= 0 &&
                             y <= static_cast<double>(rows);  // false for NaN
      if (is_inside) canvas.AddDisc(x, y, radius, colour, series.opacity);
    }
  }
  return EncodePng(rows, cols, canvas.Pixels());
}

}  // namespace zipflens
