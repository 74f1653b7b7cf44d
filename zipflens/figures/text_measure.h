// Text in pictures by Pango: how wide it is, where its lines break, and how it is drawn.
#pragma once

#include <cairo.h>

#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

inline constexpr double kMillimetresPerPoint = 25.4 / 72.0;

/// The faces of all text, best first; the set-up installs the first and the last but one. A
/// character that none of them has comes from any font that has it.
inline constexpr const char* kFontFamilies =
    "Liberation Sans,Arial,Helvetica,DejaVu Sans,sans-serif";

/// Throws OutputError if this machine has no font at all, naming a package that brings one.
void RequireFont();

/// Width in mm of UTF-8 text on one line, of `points`, as every format shows it. Thread-safe.
double TextWidth(std::string_view text, double points, bool bold = false);

/// Breaks text into lines of at most `width` mm, between words where it can. At most `max_lines`:
/// what does not fit ends in an ellipsis. Thread-safe.
std::vector<std::string> WrapText(std::string_view text, double points, double width,
                                  std::size_t max_lines);

/// Draws text in the pen's colour; the left end of its baseline is at the origin. The pen's units
/// are points, and its y axis points down.
void ShowText(cairo_t* pen, std::string_view text, double points, bool bold);

}  // namespace zipflens
