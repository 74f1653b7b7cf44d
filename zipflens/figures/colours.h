// Colours as numbers: the Okabe-Ito palette and the perceptually uniform maps.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "zipflens/figures/figure.h"

namespace zipflens {

/// 8-bit red, green, blue.
using Rgb = std::array<std::uint8_t, 3>;

/// Okabe & Ito (2008), and neutral greys.
Rgb RgbOf(Colour colour);

/// The colour at `position` in [0, 1] (clipped) of a map, between its anchors linearly.
Rgb RgbOf(ColourMap map, double position);

/// "#0072b2".
std::string Hex(Rgb colour);

/// How much of a map a panel uses. Lines and points stop before the light end, which is too faint
/// on white.
double UsedPartOfMap(const Panel& panel);

/// The colour of a series in its panel: by its value on the colour bar, or by its role.
Rgb SeriesColour(const Panel& panel, const Series& series);

}  // namespace zipflens
