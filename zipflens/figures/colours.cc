#include "zipflens/figures/colours.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

// Every tenth of viridis and every eleventh of cividis (van der Walt & Smith 2015; Nunez et al.
// 2018), whose paths through colour space are smooth enough to be joined by straight lines.
constexpr std::uint32_t kViridisAnchors[] = {0x440154, 0x482576, 0x414487, 0x35608d,
                                             0x2a788e, 0x21908c, 0x22a884, 0x43bf71,
                                             0x7ad151, 0xbbdf27, 0xfde725};
constexpr std::uint32_t kCividisAnchors[] = {0x00204d, 0x00306f, 0x2a406c, 0x48526b,
                                             0x5e626e, 0x727374, 0x878479, 0x9e9677,
                                             0xb6a971, 0xd0be67, 0xead357, 0xffea46};

Rgb FromNumber(std::uint32_t number) {
  return {static_cast<std::uint8_t>(number >> 16), static_cast<std::uint8_t>(number >> 8),
          static_cast<std::uint8_t>(number)};
}
// ColorBrewer's RdBu of 11 classes, from blue to red (Harrower & Brewer 2003).
constexpr std::uint32_t kBlueRedAnchors[] = {0x053061, 0x2166ac, 0x4393c3, 0x92c5de,
                                             0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582,
                                             0xd6604d, 0xb2182b, 0x67001f};

std::span<const std::uint32_t> AnchorsOf(ColourMap map) {
  switch (map) {
    case ColourMap::kViridis:
      return kViridisAnchors;
    case ColourMap::kCividis:
      return kCividisAnchors;
    case ColourMap::kBlueRed:
      return kBlueRedAnchors;
  }
  return kViridisAnchors;
}

}  // namespace

Rgb RgbOf(Colour colour) {
  switch (colour) {
    case Colour::kBlack:
      return FromNumber(0x000000);
    case Colour::kBlue:
      return FromNumber(0x0072b2);
    case Colour::kOrange:
      return FromNumber(0xe69f00);
    case Colour::kGreen:
      return FromNumber(0x009e73);
    case Colour::kVermillion:
      return FromNumber(0xd55e00);
    case Colour::kSky:
      return FromNumber(0x56b4e9);
    case Colour::kPurple:
      return FromNumber(0xcc79a7);
    case Colour::kGrey:
      return FromNumber(0x707070);
    case Colour::kLightGrey:
      return FromNumber(0xc4c4c4);
  }
  return FromNumber(0x000000);
}

Rgb RgbOf(ColourMap map, double position) {
  const std::span<const std::uint32_t> anchors = AnchorsOf(map);
  const double clipped = position > 0 ? std::min(position, 1.0) : 0.0;  // NaN: 0
  const double place = clipped * Real(anchors.size() - 1);
  const std::size_t below = std::min(static_cast<std::size_t>(place), anchors.size() - 2);
  const double share = place - Real(below);
  const Rgb low = FromNumber(anchors[below]);
  const Rgb high = FromNumber(anchors[below + 1]);
  Rgb mixed{};
  for (std::size_t c = 0; c < mixed.size(); ++c) {
    mixed[c] = static_cast<std::uint8_t>(std::lround(low[c] + share * (high[c] - low[c])));
  }
  return mixed;
}

double UsedPartOfMap(const Panel& panel) { return panel.image ? 1.0 : 0.87; }

Rgb SeriesColour(const Panel& panel, const Series& series) {
  if (!series.colour_value || !panel.colour_bar) return RgbOf(series.colour);
  const ColourBar& bar = *panel.colour_bar;
  const double span = bar.upper - bar.lower;
  const double position = span > 0 ? (*series.colour_value - bar.lower) / span : 0.0;
  return RgbOf(bar.map, std::clamp(position, 0.0, 1.0) * UsedPartOfMap(panel));
}

}  // namespace zipflens
