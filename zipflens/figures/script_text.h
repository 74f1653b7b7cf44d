// Pieces of gnuplot's language that panels and series are both written in.
#pragma once

#include <string>

#include "zipflens/figures/colours.h"

namespace zipflens {

enum class Align { kLeft, kCentre, kRight };

/// How a piece of text looks.
struct TextStyle {
  double points = 8;
  Align align = Align::kLeft;
  bool bold = false;
  bool upward = false;  // turned by 90 degrees
  std::string colour = "#1a1a1a";
};

/// "set label ..." with the text's middle line at a place in mm.
std::string LabelAt(double x_mm, double y_mm, const std::string& text, const TextStyle& style);

/// "X(12.3), Y(4.5)": a place in mm.
std::string Place(double x_mm, double y_mm);

/// A colour with its opacity, as gnuplot's "#AARRGGBB".
std::string ColourText(Rgb colour, double opacity);

}  // namespace zipflens
