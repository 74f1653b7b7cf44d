#include "zipflens/figures/raster_canvas.h"

#include <algorithm>
#include <cmath>

#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

/// Pixels whose middle may lie in [low, high], of `size` in a row or column: [first, last].
struct PixelRange {
  long first;
  long last;
};

/// The place of the middle of a pixel.
double Middle(long pixel) { return static_cast<double>(pixel) + 0.5; }

PixelRange Within(double low, double high, long size) {
  const auto limit = static_cast<double>(size);
  return {std::lround(std::floor(std::clamp(low, 0.0, limit))),
          std::lround(std::floor(std::clamp(high, -1.0, limit - 1)))};
}

/// Whether a place is near enough that products of its coordinates are exact enough to draw with;
/// false for NaN.
bool IsNear(PixelPlace place) {
  constexpr double kFarthest = 1e7;  // pixels
  return std::abs(place.x) < kFarthest && std::abs(place.y) < kFarthest;
}

/// The share of a pixel that is covered if its middle is `distance` inside (above 0) or outside
/// (below 0) an edge.
double EdgeCover(double distance) { return std::clamp(distance + 0.5, 0.0, 1.0); }

/// The opacity of a pile by its depth.
class PileShade {
 public:
  /// `pile`: [pixel, 4], the depth first.
  PileShade(const std::vector<float>& pile, double opacity)
      : opacity_(std::min(opacity, kKneeShade)) {
    std::vector<float> depths;
    for (std::size_t i = 0; i < pile.size(); i += 4) {
      if (pile[i] > 0) depths.push_back(pile[i]);
    }
    knee_ = std::log1p(-kKneeShade) / std::log1p(-opacity_);
    if (depths.empty()) return;
    const auto rank = static_cast<std::ptrdiff_t>(kDeepest * Real(depths.size() - 1));
    std::nth_element(depths.begin(), depths.begin() + rank, depths.end());
    deepest_ = depths[rank];
  }

  double Of(double depth) const {
    const double of_ink = 1 - std::pow(1 - opacity_, depth);
    if (depth <= knee_ || deepest_ <= knee_) return of_ink;
    const double share = std::log(depth / knee_) / std::log(deepest_ / knee_);
    return std::min(of_ink, kKneeShade + (kDeepestShade - kKneeShade) * std::min(share, 1.0));
  }

 private:
  static constexpr double kKneeShade = 0.35;  // above it, the shade follows the logarithm of depth
  static constexpr double kDeepest = 0.999;   // quantile of depth, robust to a few deep pixels
  static constexpr double kDeepestShade = 0.95;  // the shade at that depth

  double opacity_;
  double knee_ = 0;
  double deepest_ = 0;
};

}  // namespace

RasterCanvas::RasterCanvas(std::size_t rows, std::size_t cols)
    : rows_(static_cast<long>(rows)),
      cols_(static_cast<long>(cols)),
      colours_(rows * cols * 3, 1) {}

void RasterCanvas::Blend(std::size_t pixel_idx, double cover, const Ink& ink) {
  if (is_piling_) {
    const auto amount = static_cast<float>(cover);
    float* pile = &pile_[pixel_idx * 4];
    pile[0] += amount;
    for (std::size_t c = 0; c < 3; ++c) pile[c + 1] += amount * ink.colour[c];
    return;
  }
  const auto alpha = static_cast<float>(cover * ink.opacity);
  float* pixel = &colours_[pixel_idx * 3];
  for (std::size_t c = 0; c < 3; ++c) pixel[c] += alpha * (ink.colour[c] - pixel[c]);
}

template <class Depth>
void RasterCanvas::AddMark(PixelPlace centre, double reach, const Ink& ink, const Depth& depth) {
  if (!IsNear(centre)) return;
  const PixelRange rows = Within(centre.y - reach, centre.y + reach, rows_);
  const PixelRange cols = Within(centre.x - reach, centre.x + reach, cols_);
  for (long row = rows.first; row <= rows.last; ++row) {
    for (long col = cols.first; col <= cols.last; ++col) {
      const double dx = Middle(col) - centre.x;
      const double dy = Middle(row) - centre.y;
      const double cover = EdgeCover(depth(dx, dy));
      if (cover > 0) Blend(row * cols_ + col, cover, ink);
    }
  }
}

void RasterCanvas::AddDisc(PixelPlace centre, double radius, const Ink& ink) {
  AddMark(centre, radius + 0.5, ink,
          [radius](double dx, double dy) { return radius - std::sqrt(dx * dx + dy * dy); });
}

void RasterCanvas::AddDiamond(PixelPlace centre, double radius, const Ink& ink) {
  AddMark(centre, radius + 1, ink, [radius](double dx, double dy) {
    return (radius - std::abs(dx) - std::abs(dy)) / std::sqrt(2.0);
  });
}

void RasterCanvas::Cover(std::size_t pixel_idx, double cover) {
  if (cover <= 0) return;
  float& covered = stroke_[pixel_idx];
  if (covered == 0) touched_.push_back(pixel_idx);
  covered = std::max(covered, static_cast<float>(cover));
}

void RasterCanvas::CoverSegment(PixelPlace from, PixelPlace to, double half_width) {
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  const double length_squared = dx * dx + dy * dy;
  const double reach = half_width + 0.5;
  // Half the width, in a row of pixels, of the band that an infinite line of this reach covers.
  const double reach_in_row =
      dy == 0 ? std::abs(dx) + reach : reach * std::sqrt(length_squared) / std::abs(dy);
  const double left = std::min(from.x, to.x) - reach;
  const double right = std::max(from.x, to.x) + reach;
  const PixelRange rows =
      Within(std::min(from.y, to.y) - reach, std::max(from.y, to.y) + reach, rows_);
  for (long row = rows.first; row <= rows.last; ++row) {
    const double y = Middle(row);
    const double middle = dy == 0 ? from.x : from.x + (y - from.y) / dy * dx;
    const PixelRange cols = Within(std::max(left, middle - reach_in_row) - 0.5,
                                   std::min(right, middle + reach_in_row), cols_);
    for (long col = cols.first; col <= cols.last; ++col) {
      const double x = Middle(col);
      const double along =
          length_squared > 0
              ? std::clamp(((x - from.x) * dx + (y - from.y) * dy) / length_squared, 0.0, 1.0)
              : 0.0;
      const double off_x = x - from.x - along * dx;
      const double off_y = y - from.y - along * dy;
      Cover(row * cols_ + col, EdgeCover(half_width - std::sqrt(off_x * off_x + off_y * off_y)));
    }
  }
}

void RasterCanvas::AddStroke(const std::vector<PixelPlace>& places, double width,
                             double disc_radius, const Ink& ink) {
  if (stroke_.empty()) stroke_.resize(rows_ * cols_);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!IsNear(places[i])) continue;
    if (i > 0 && IsNear(places[i - 1])) CoverSegment(places[i - 1], places[i], width / 2);
    if (disc_radius > 0) CoverSegment(places[i], places[i], disc_radius);
  }
  for (const std::size_t pixel_idx : touched_) {
    Blend(pixel_idx, stroke_[pixel_idx], ink);
    stroke_[pixel_idx] = 0;
  }
  touched_.clear();
}

void RasterCanvas::StartPile() {
  is_piling_ = true;
  pile_.assign(colours_.size() / 3 * 4, 0);
}

void RasterCanvas::FinishPile(double opacity) {
  is_piling_ = false;
  const PileShade shade(pile_, opacity);
  for (std::size_t pixel_idx = 0; pixel_idx * 4 < pile_.size(); ++pixel_idx) {
    const float* pile = &pile_[pixel_idx * 4];
    if (!(pile[0] > 0)) continue;
    const Ink mean{.colour = {pile[1] / pile[0], pile[2] / pile[0], pile[3] / pile[0]}};
    Blend(pixel_idx, shade.Of(pile[0]), mean);
  }
}

std::vector<std::uint8_t> RasterCanvas::Pixels() const {
  std::vector<std::uint8_t> pixels(colours_.size());
  std::transform(colours_.begin(), colours_.end(), pixels.begin(), [](float value) {
    return static_cast<std::uint8_t>(std::lround(value * 255.0F));
  });
  return pixels;
}

}  // namespace zipflens
