// Colours as numbers: the Okabe-Ito palette and perceptually uniform colour maps.
#pragma once

#include <array>
#include <cstdint>

#include "zipflens/figures/figure.h"

namespace zipflens {

/// 8-bit red, green, blue.
using Rgb = std::array<std::uint8_t, 3>;

/// The colour by its role: the palette of Okabe & Ito (2008), and neutral greys.
Rgb RgbOf(Colour colour);

/// The colour of a map at `position` (clipped to [0, 1]), interpolated linearly between the map's
/// anchors.
Rgb RgbOf(ColourMap map, double position);

/// The colour as 0x00RRGGBB.
constexpr std::uint32_t PixelOf(Rgb colour) {
  return std::uint32_t{colour[0]} << 16 | std::uint32_t{colour[1]} << 8 | colour[2];
}

/// The part of a map that a panel uses, from 0 to 1. Lines and points do not use the light end,
/// which is too faint on white.
double UsedPartOfMap(const Panel& panel);

/// The colour of a series in its panel: by its value on the colour bar, if it has one, or else by
/// its role.
Rgb SeriesColour(const Panel& panel, const Series& series);

}  // namespace zipflens
