#include <png.h>
#include <zlib.h>

#include <cmath>
#include <new>
#include <unordered_map>
#include <vector>

#include "zipflens/figures/page.h"

namespace zipflens {
namespace {

/// The colours of a picture that has at most 256, red, green, blue, and the index of each pixel.
struct Indexed {
  std::vector<std::uint8_t> palette;
  std::vector<std::uint8_t> pixels;
};

/// An empty palette if there are more colours.
Indexed IndexColours(const std::uint32_t* pixels, std::size_t size) {
  std::unordered_map<std::uint32_t, std::uint8_t> indices;
  Indexed indexed;
  indexed.pixels.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint32_t colour = pixels[i] & 0xFFFFFF;  // cairo leaves anything above
    if (i > 0 && pixels[i] == pixels[i - 1]) {
      indexed.pixels[i] = indexed.pixels[i - 1];
      continue;
    }
    const auto [entry, is_new] =
        indices.try_emplace(colour, static_cast<std::uint8_t>(indices.size()));
    if (is_new) {
      if (indices.size() > 256) return {};
      for (const int shift : {16, 8, 0}) {
        indexed.palette.push_back(static_cast<std::uint8_t>(colour >> shift));
      }
    }
    indexed.pixels[i] = entry->second;
  }
  return indexed;
}

std::string BigEndian(std::uint32_t value) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(value >> shift & 255U);
  return bytes;
}

/// The chunk that says how large the picture is.
std::string ResolutionChunk(double dots_per_inch) {
  const std::string dots_per_metre =
      BigEndian(static_cast<std::uint32_t>(std::lround(dots_per_inch / 0.0254)));
  const std::string chunk = "pHYs" + dots_per_metre + dots_per_metre + '\x01';
  const auto checksum =
      crc32(0, reinterpret_cast<const Bytef*>(chunk.data()), static_cast<uInt>(chunk.size()));
  return BigEndian(9) + chunk + BigEndian(static_cast<std::uint32_t>(checksum));
}

}  // namespace

std::string EncodePng(const std::uint32_t* pixels, std::size_t rows, std::size_t cols,
                      double dots_per_inch) {
  constexpr std::size_t kHeaderBytes = 33;  // the signature and the first chunk
  Indexed indexed = IndexColours(pixels, rows * cols);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(cols);
  image.height = static_cast<png_uint_32>(rows);
  image.flags = PNG_IMAGE_FLAG_FAST;  // level 3 and no filters, which do not help with points
  image.format = PNG_FORMAT_RGB_COLORMAP;
  image.colormap_entries = static_cast<png_uint_32>(indexed.palette.size() / 3);
  if (indexed.palette.empty()) {
    image.format = PNG_FORMAT_RGB;
    indexed.pixels.resize(rows * cols * 3);
    for (std::size_t i = 0; i < rows * cols; ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        indexed.pixels[3 * i + c] = static_cast<std::uint8_t>(pixels[i] >> (16 - 8 * c));
      }
    }
  }
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string png(size, '\0');
  if (png_image_write_to_memory(&image, png.data(), &size, /*convert_to_8_bit=*/0,
                                indexed.pixels.data(), /*row_stride=*/0,
                                indexed.palette.data()) == 0) {
    throw std::bad_alloc();
  }
  png.resize(size);
  return png.insert(kHeaderBytes, ResolutionChunk(dots_per_inch));
}

}  // namespace zipflens
