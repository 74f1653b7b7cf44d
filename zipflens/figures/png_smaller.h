// Makes PNG files smaller without a change to the picture.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// The same picture in fewer bytes, where `png` is true colour (8 bits, with or without alpha, not
/// interlaced): with a palette if it has at most 256 colours, else without the row filters, which
/// help photographs and not points. `png` itself if neither helps. The same input gives the same
/// bytes.
std::string SmallerPng(std::string_view png);

}  // namespace zipflens
