// Makes PNG files of few colours smaller.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// The same picture as an indexed PNG, where `png` is true colour (8 bits, with or without alpha,
/// not interlaced) with at most 256 colours and becomes smaller that way; else `png` itself. The
/// same input gives the same bytes.
std::string WithPalette(std::string_view png);

}  // namespace zipflens
