// A page: what a figure is drawn on, in one of three formats, by cairo.
#pragma once

#include <cairo.h>

#include <memory>
#include <string>
#include <string_view>

#include "zipflens/figures/colours.h"
#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_layout.h"
#include "zipflens/figures/raster_layer.h"

namespace zipflens {

enum class Align { kLeft, kCentre, kRight };

struct TextStyle {
  double points = 8;
  Align align = Align::kLeft;
  bool bold = false;
  bool upward = false;  // reads from bottom to top
  Rgb colour = {};
};

/// A white page. Places are in mm from its lower left corner. Whatever the order of calls, an SVG
/// has its rasters at the bottom and its texts on top: elements of their own, so that text can be
/// searched, copied and edited. The same calls give the same bytes.
class Page {
 public:
  /// `title` and `description` go into the file. Throws OutputError if there is no memory.
  Page(FigureFormat format, double width_mm, double height_mm, int png_dots_per_inch,
       std::string_view title, std::string_view description);
  Page(const Page&) = delete;

  /// Draws everything but texts and rasters. Its units are mm, and its y axis points up.
  cairo_t* pen() { return pen_.get(); }

  /// Writes `text` on one line (OneLine) with its left end, middle or right end at `place`; a line
  /// of capitals is centred on its height.
  void Text(std::string_view text, Point place, const TextStyle& style);

  /// Shows a raster in its place.
  void Picture(const Raster& raster);

  /// The whole file. Nothing can be drawn afterwards. Throws OutputError if cairo failed.
  std::string Finish();

 private:
  struct Releaser {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* pen) const { cairo_destroy(pen); }
  };

  void Start(std::string_view title, std::string_view description);
  std::string FinishedSvg();

  FigureFormat format_;
  double width_;
  double height_;
  int dots_per_inch_;
  std::string drawn_;     // what cairo has written
  std::string pictures_;  // SVG elements
  std::string texts_;     // SVG elements
  std::unique_ptr<cairo_surface_t, Releaser> surface_;
  std::unique_ptr<cairo_t, Releaser> pen_;
};

/// A PNG of [rows, cols] pixels, 0x..RRGGBB, with a palette if they have at most 256
/// colours; opaque. The same pixels give the same bytes.
std::string EncodePng(const std::uint32_t* pixels, std::size_t rows, std::size_t cols,
                      double dots_per_inch);

}  // namespace zipflens
