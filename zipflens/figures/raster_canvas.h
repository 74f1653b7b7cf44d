// RasterCanvas: a canvas of pixels on which marks and lines are drawn, for raster layers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace zipflens {

/// A point in pixels from the upper left corner. Pixel (0, 0) covers [0, 1) x [0, 1).
struct PixelPlace {
  double x = 0;
  double y = 0;
};

/// A colour (red, green and blue from 0 to 1) and its opacity.
struct Ink {
  std::array<float, 3> colour = {};
  double opacity = 1;
};

/// A white canvas with row 0 at the top. Edges are antialiased, and whatever lies outside is
/// clipped. Ink covers what is below it. Colours are kept as floats, so that a thousand layers of
/// one per cent add up correctly. Not thread-safe.
class RasterCanvas {
 public:
  RasterCanvas(std::size_t rows, std::size_t cols);

  void AddDisc(PixelPlace centre, double radius, const Ink& ink);

  /// Draws a square that stands on a corner; `radius` is the distance from its centre to a corner.
  void AddDiamond(PixelPlace centre, double radius, const Ink& ink);

  /// Draws lines of one width through `places`, with round ends, and a disc at each place if
  /// `disc_radius` > 0. A place that is not finite interrupts the line. All of it is one stroke: it
  /// covers no more where it crosses itself. Cost: proportional to the pixels covered.
  void AddStroke(const std::vector<PixelPlace>& places, double width, double disc_radius,
                 const Ink& ink);

  /// Starts a pile. Until FinishPile nothing is drawn; instead it is counted how often each pixel
  /// is covered, and with which colours.
  void StartPile();

  /// Lays the pile down: a pixel covered once or twice as by ink of `opacity`, one covered more
  /// often by the logarithm of how often, never darker than by such ink, so that a pile of a
  /// thousand can be told from one of ten; its colour is the mean of the pile's.
  void FinishPile(double opacity);

  /// The picture, [rows, cols, 3]: 8 bits each of red, green and blue.
  std::vector<std::uint8_t> Pixels() const;

 private:
  // `depth` returns how far a pixel's middle, (dx, dy) from the centre, lies inside the mark.
  // `reach`: the largest distance from the centre at which a pixel can be covered.
  template <class Depth>
  void AddMark(PixelPlace centre, double reach, const Ink& ink, const Depth& depth);
  void Blend(std::size_t pixel_idx, double cover, const Ink& ink);
  void Cover(std::size_t pixel_idx, double cover);
  void CoverSegment(PixelPlace from, PixelPlace to, double half_width);

  long rows_;
  long cols_;
  std::vector<float> colours_;        // [rows, cols, 3], 0 to 1
  std::vector<float> stroke_;         // [rows, cols], how much a stroke covers; 0 between strokes
  std::vector<std::size_t> touched_;  // pixels that are not 0 in it
  bool is_piling_ = false;
  std::vector<float> pile_;  // [rows, cols, 4]: how often covered, and the sum of the colours
};

}  // namespace zipflens
