// PNG files: the smallest encoder that a raster layer needs, and a picture's resolution.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace zipflens {

/// A PNG of `pixels`, [rows, cols, 3] row-major from the upper left, 8 bits red, green, blue. The
/// same pixels give the same bytes.
std::string EncodePng(std::size_t rows, std::size_t cols, std::span<const std::uint8_t> pixels);

/// `png` with its resolution written in, so that it is placed at its true size; an earlier one is
/// replaced. Empty if `png` is not a whole PNG file.
std::string WithResolution(std::string_view png, int dots_per_inch);

}  // namespace zipflens
