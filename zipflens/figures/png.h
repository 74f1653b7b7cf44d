// PNG files: a minimal encoder for raster layers, and the resolution of a picture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// Encodes `pixels` as PNG: [rows, cols, 3] row-major from the upper left, 8 bits each of red,
/// green, blue. The same pixels give the same bytes.
std::string EncodePng(std::size_t rows, std::size_t cols, std::span<const std::uint8_t> pixels);

/// Returns `png` with this resolution, so that it is placed at its true size. Replaces an earlier
/// resolution. Returns an empty string if `png` is not a whole PNG file.
std::string WithResolution(std::string_view png, int dots_per_inch);

/// Size and colours of a PNG that will be made.
struct PngHeader {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::string palette = {};    // red, green, blue of each entry; true colour if empty
  std::string opacities = {};  // of the palette's entries; opaque if empty
};

/// Assembles a PNG from its rows, each after its filter type.
std::string AssemblePng(const PngHeader& header, const std::vector<std::uint8_t>& raw);

/// A chunk of a PNG file (the format's word), as views into the file.
struct PngChunk {
  std::string_view type;
  std::string_view data;
  std::string_view whole;  // with length, type and checksum
};

/// The chunks of a PNG file up to its end. Empty if it is not a whole PNG file.
std::vector<PngChunk> PngChunks(std::string_view png);

/// The first four bytes as a number, most significant byte first.
std::uint32_t ReadBigEndian(std::string_view bytes);

}  // namespace zipflens
