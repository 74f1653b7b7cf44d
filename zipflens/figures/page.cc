#include "zipflens/figures/page.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <utility>

#include "zipflens/base/base64.h"
#include "zipflens/base/error.h"
#include "zipflens/base/numbers.h"
#include "zipflens/base/safe_text.h"
#include "zipflens/figures/series_marks.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

constexpr double kMillimetresPerInch = 25.4;
constexpr double kHalfCapital = 0.36;  // half the height of a capital, in ems

std::string EscapedXml(std::string_view text) {
  std::string out;
  for (const char c : OneLine(text)) {
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  }
  return out;
}

cairo_status_t Append(void* text, const unsigned char* bytes, unsigned length) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), length);
  return CAIRO_STATUS_SUCCESS;
}

void RemoveAll(std::string_view part, std::string& text) {
  std::string rest;
  std::size_t done = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, done)) {
    rest.append(text, done, at - done);
    done = at + part.size();
  }
  text = rest.append(text, done);
}

void Check(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return;
  throw OutputError(fmt::format("cairo cannot draw it: {}", cairo_status_to_string(status)));
}

}  // namespace

Page::Page(FigureFormat format, double width_mm, double height_mm, int png_dots_per_inch,
           std::string_view title, std::string_view description)
    : format_(format), width_(width_mm), height_(height_mm), dots_per_inch_(png_dots_per_inch) {
  Start(title, description);
  pen_.reset(cairo_create(surface_.get()));
  Check(cairo_status(pen_.get()));
  double scale = 1;
  if (format == FigureFormat::kPdf) scale = 1 / kMillimetresPerPoint;
  if (format == FigureFormat::kPng) scale = dots_per_inch_ / kMillimetresPerInch;
  cairo_scale(pen_.get(), scale, -scale);
  cairo_translate(pen_.get(), 0, -height_);
  if (format == FigureFormat::kSvg) return;  // FinishedSvg adds the white, below the pictures
  cairo_set_source_rgb(pen_.get(), 1, 1, 1);
  cairo_paint(pen_.get());
}

void Page::Start(std::string_view title, std::string_view description) {
  const auto dots = [&](double size) {
    return static_cast<int>(std::lround(size * dots_per_inch_ / kMillimetresPerInch));
  };
  switch (format_) {
    case FigureFormat::kSvg:
      surface_.reset(cairo_svg_surface_create_for_stream(Append, &drawn_, width_, height_));
      cairo_svg_surface_set_document_unit(surface_.get(), CAIRO_SVG_UNIT_MM);
      pictures_ = fmt::format(
          "<title>{}</title>\n<desc>{}</desc>\n<rect width=\"{:g}\" height=\"{:g}\" "
          "fill=\"#ffffff\"/>\n",
          EscapedXml(title), EscapedXml(description), width_, height_);
      break;
    case FigureFormat::kPdf: {
      cairo_surface_t* pdf = cairo_pdf_surface_create_for_stream(
          Append, &drawn_, width_ / kMillimetresPerPoint, height_ / kMillimetresPerPoint);
      surface_.reset(pdf);
      // No date: the same figure is the same file.
      cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, "");
      cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, OneLine(title).c_str());
      cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_SUBJECT, OneLine(description).c_str());
      break;
    }
    case FigureFormat::kPng:
      surface_.reset(cairo_image_surface_create(CAIRO_FORMAT_RGB24, dots(width_), dots(height_)));
      break;
  }
  Check(cairo_surface_status(surface_.get()));
}

void Page::Text(std::string_view text, Point place, const TextStyle& style) {
  const double drop = kHalfCapital * style.points * kMillimetresPerPoint;
  if (format_ == FigureFormat::kSvg) {
    const char* anchor = style.align == Align::kLeft     ? ""
                         : style.align == Align::kCentre ? " text-anchor=\"middle\""
                                                         : " text-anchor=\"end\"";
    const double y = height_ - place.y;
    texts_ += fmt::format(
        "<text x=\"{:.3f}\" y=\"{:.3f}\" font-size=\"{:.4g}\"{}{}{}{}>{}</text>\n",
        place.x + (style.upward ? drop : 0), y + (style.upward ? 0 : drop),
        style.points * kMillimetresPerPoint, anchor, style.bold ? " font-weight=\"bold\"" : "",
        PixelOf(style.colour) == 0 ? "" : fmt::format(" fill=\"#{:06x}\"", PixelOf(style.colour)),
        style.upward ? fmt::format(" transform=\"rotate(-90 {:.3f} {:.3f})\"", place.x + drop, y)
                     : "",
        EscapedXml(text));
    return;
  }
  const std::string line = OneLine(text);
  double shift = 0;
  if (style.align != Align::kLeft) shift = TextWidth(line, style.points, style.bold);
  if (style.align == Align::kCentre) shift /= 2;
  cairo_save(pen());
  SetColour(style.colour, 1, pen());
  cairo_translate(pen(), place.x, place.y);
  if (style.upward) cairo_rotate(pen(), std::numbers::pi / 2);
  cairo_translate(pen(), -shift, -drop);
  cairo_scale(pen(), kMillimetresPerPoint, -kMillimetresPerPoint);
  ShowText(pen(), line, style.points, style.bold);
  cairo_restore(pen());
}

void Page::Picture(const Raster& raster) {
  const Box& place = raster.place;
  if (format_ == FigureFormat::kSvg) {
    const std::string png = EncodePng(raster.pixels.data(), raster.rows, raster.cols,
                                      kRasterDots * kMillimetresPerInch);
    pictures_ += fmt::format(
        "<image x=\"{:.4f}\" y=\"{:.4f}\" width=\"{:.4f}\" height=\"{:.4f}\" "
        "preserveAspectRatio=\"none\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
        "xlink:href=\"data:image/png;base64,{}\"/>\n",
        place.left, height_ - place.top(), place.width, place.height, EncodeBase64(png));
    return;
  }
  // cairo reads the pixels only, although its function takes what it could write to.
  auto* pixels = reinterpret_cast<unsigned char*>(const_cast<std::uint32_t*>(raster.pixels.data()));
  const auto cols = static_cast<int>(raster.cols);
  const std::unique_ptr<cairo_surface_t, Releaser> image(cairo_image_surface_create_for_data(
      pixels, CAIRO_FORMAT_RGB24, cols, static_cast<int>(raster.rows), cols * 4));
  cairo_save(pen());
  cairo_translate(pen(), place.left, place.top());
  cairo_scale(pen(), place.width / Real(raster.cols), -place.height / Real(raster.rows));
  cairo_set_source_surface(pen(), image.get(), 0, 0);
  cairo_pattern_set_filter(cairo_get_source(pen()), CAIRO_FILTER_NEAREST);
  cairo_rectangle(pen(), 0, 0, cols, Real(raster.rows));
  cairo_fill(pen());
  cairo_restore(pen());
}

std::string Page::Finish() {
  Check(cairo_status(pen()));
  if (format_ == FigureFormat::kPng) {
    cairo_surface_flush(surface_.get());
    const auto* pixels =
        reinterpret_cast<const std::uint32_t*>(cairo_image_surface_get_data(surface_.get()));
    return EncodePng(
        pixels, static_cast<std::size_t>(cairo_image_surface_get_height(surface_.get())),
        static_cast<std::size_t>(cairo_image_surface_get_width(surface_.get())), dots_per_inch_);
  }
  cairo_surface_finish(surface_.get());
  Check(cairo_surface_status(surface_.get()));
  return format_ == FigureFormat::kSvg ? FinishedSvg() : std::move(drawn_);
}

/// Puts rasters below and texts above what cairo has drawn, and takes out of that what is not the
/// same in each run (the numbers of surfaces) and what SVG has by default.
std::string Page::FinishedSvg() {
  const std::size_t number = drawn_.find(" id=\"surface");
  if (number != std::string::npos) drawn_.erase(number, drawn_.find('>', number) - number);
  for (const std::string_view usual :
       {"stroke-linejoin:miter;", "stroke-opacity:1;", "stroke-miterlimit:10;",
        "stroke-linecap:butt;", "fill-rule:nonzero;", "fill-opacity:1;"}) {
    RemoveAll(usual, drawn_);
  }
  const std::size_t begin = drawn_.find('>', drawn_.find("<svg")) + 1;
  const std::size_t end = drawn_.rfind("</svg>");
  return fmt::format(
      "{} role=\"img\">\n{}{}<g font-family=\"{}\" xml:space=\"preserve\">\n{}</g>\n</svg>\n",
      drawn_.substr(0, begin - 1), pictures_, drawn_.substr(begin, end - begin), kFontFamilies,
      texts_);
}

}  // namespace zipflens
