#include "zipflens/figures/script_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "zipflens/figures/gnuplot_script.h"

namespace zipflens {

std::string Place(double x_mm, double y_mm) {
  return fmt::format("screen X({:.3f}), screen Y({:.3f})", x_mm, y_mm);
}

std::string LabelAt(double x_mm, double y_mm, const std::string& text, const TextStyle& style) {
  const char* align = style.align == Align::kLeft     ? "left"
                      : style.align == Align::kCentre ? "center"
                                                      : "right";
  return fmt::format("set label {} at {} {}{} font {}.',{:g}' textcolor rgb '{}' front\n",
                     GnuplotString(text), Place(x_mm, y_mm), align,
                     style.upward ? " rotate by 90" : "", style.bold ? "bold" : "face",
                     style.points, style.colour);
}

std::string ColourText(Rgb colour, double opacity) {
  if (opacity >= 1) return Hex(colour);
  const auto clear = static_cast<int>(std::lround(255 * (1 - std::max(opacity, 0.0))));
  return fmt::format("#{:02x}{}", clear, Hex(colour).substr(1));
}

}  // namespace zipflens
