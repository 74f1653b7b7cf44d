// How wide text will be, so that a layout can be made before anything is drawn.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

inline constexpr double kMillimetresPerPoint = 25.4 / 72.0;

/// Width in mm of UTF-8 text in a sans face of `points`: the advance widths of Liberation Sans
/// (metrically Arial) for ASCII, plus a fifth, since a machine may have only a wider face (DejaVu
/// Sans).
double TextWidth(std::string_view text, double points);

/// Breaks text at spaces into lines of at most `width` mm. At most `max_lines`: what does not fit
/// ends in an ellipsis. A word wider than a line is cut.
std::vector<std::string> WrapText(std::string_view text, double points, double width,
                                  std::size_t max_lines);

/// One line for a label: control characters and line breaks become spaces; bytes that are not
/// UTF-8, characters that XML refuses and those that turn the direction of text become U+FFFD.
std::string OneLine(std::string_view text);

}  // namespace zipflens
