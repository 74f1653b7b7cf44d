// Makes PNG files smaller without a change to the picture.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// Returns the same picture in fewer bytes if `png` is in true colour (8 bits, with or without
/// alpha, not interlaced): with a palette if it has at most 256 colours, or else without the row
/// filters, which help photographs but not points. Returns `png` itself if neither is smaller. The
/// same input gives the same bytes.
std::string SmallerPng(std::string_view png);

}  // namespace zipflens
