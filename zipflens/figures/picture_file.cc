#include "zipflens/figures/picture_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "zipflens/figures/base64.h"
#include "zipflens/figures/gnuplot_script.h"
#include "zipflens/figures/png.h"
#include "zipflens/figures/png_smaller.h"
#include "zipflens/figures/text_measure.h"

namespace zipflens {
namespace {

constexpr std::size_t kLargePng = 600'000;  // bytes; above, it is worth the time to make it smaller
constexpr const char* kFaces = "'Liberation Sans',Arial,Helvetica,'DejaVu Sans',sans-serif";

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string EscapedXml(const std::string& text) {
  std::string out = OneLine(text);
  ReplaceAll(out, "&", "&amp;");
  ReplaceAll(out, "<", "&lt;");
  ReplaceAll(out, ">", "&gt;");
  return out;
}

/// Replaces what stands from the first `begin` up to the next `end`, both included.
void ReplaceSpan(std::string& text, std::string_view begin, std::string_view end,
                 std::string_view replacement) {
  const std::size_t first = text.find(begin);
  if (first == std::string::npos) return;
  const std::size_t last = text.find(end, first);
  if (last == std::string::npos) return;
  text.replace(first, last + end.size() - first, replacement);
}

/// Pictures inside the SVG in as few bytes as they need.
std::string WithSmallerImages(const std::string& svg) {
  constexpr std::string_view kStart = "data:image/png;base64,";
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = svg.find(kStart); at != std::string::npos; at = svg.find(kStart, done)) {
    const std::size_t begin = at + kStart.size();
    const std::size_t end = std::min(svg.find_first_of("'\"", begin), svg.size());
    out.append(svg, done, begin - done);
    out += EncodeBase64(SmallerPng(DecodeBase64(svg.substr(begin, end - begin))));
    done = end;
  }
  return out.append(svg, done, std::string::npos);
}

std::string FinishSvg(std::string svg, const Figure& figure) {
  if (svg.find("</svg>") == std::string::npos) return "";
  ReplaceSpan(svg, " width=\"", "\n",
              fmt::format(" width=\"{:g}mm\" height=\"{:g}mm\" role=\"img\"\n", figure.width_mm,
                          figure.height_mm));
  ReplaceSpan(svg, "<title>", "</title>", "<title>" + EscapedXml(figure.name) + "</title>");
  ReplaceSpan(svg, "<desc>", "</desc>", "<desc>" + EscapedXml(figure.caption) + "</desc>");
  ReplaceAll(svg, fmt::format("font-family=\"{}\"", kFontFamily),
             fmt::format("font-family=\"{}\"", kFaces));
  return WithSmallerImages(svg);
}

/// cairo writes when a PDF was made. The new date is as long, so that no offset in the file moves.
std::string FinishPdf(std::string pdf) {
  constexpr std::string_view kDateKey = "/CreationDate (D:";
  constexpr std::string_view kDate = "19700101000000";
  if (pdf.rfind("%%EOF") == std::string::npos) return "";
  const std::size_t key = pdf.rfind(kDateKey);
  if (key != std::string::npos) pdf.replace(key + kDateKey.size(), kDate.size(), kDate);
  return pdf;
}

}  // namespace

std::string FinishPicture(std::string drawn, FigureFormat format, const Figure& figure,
                          const FigureOptions& options) {
  switch (format) {
    case FigureFormat::kSvg:
      return FinishSvg(std::move(drawn), figure);
    case FigureFormat::kPdf:
      return FinishPdf(std::move(drawn));
    case FigureFormat::kPng:
      return WithResolution(drawn.size() > kLargePng ? SmallerPng(drawn) : drawn,
                            options.png_dots_per_inch);
  }
  return "";
}

}  // namespace zipflens
