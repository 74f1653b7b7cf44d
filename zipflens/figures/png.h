// PNG files: the smallest encoder that a raster layer needs, and a picture's resolution.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// A PNG of `pixels`, [rows, cols, 3] row-major from the upper left, 8 bits red, green, blue. The
/// same pixels give the same bytes.
std::string EncodePng(std::size_t rows, std::size_t cols, std::span<const std::uint8_t> pixels);

/// `png` with its resolution written in, so that it is placed at its true size; an earlier one is
/// replaced. Empty if `png` is not a whole PNG file.
std::string WithResolution(std::string_view png, int dots_per_inch);

/// Size and colours of a PNG to be made.
struct PngHeader {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::string palette = {};    // red, green, blue of each entry; empty: true colour
  std::string opacities = {};  // of the palette's entries; empty: opaque
};

/// A PNG from its rows, each behind its filter type.
std::string AssemblePng(const PngHeader& header, const std::vector<std::uint8_t>& raw);

/// A part of a PNG file; views into it.
struct PngChunk {
  std::string_view type;
  std::string_view data;
  std::string_view whole;  // with length, type and checksum
};

/// The parts of a PNG file up to its end; empty if it is not a whole PNG file.
std::vector<PngChunk> PngChunks(std::string_view png);

/// The first four bytes as a number, the first byte the largest.
std::uint32_t ReadBigEndian(std::string_view bytes);

}  // namespace zipflens
