#include "zipflens/figures/png.h"

#include <zlib.h>

#include <cmath>
#include <vector>

#include "zipflens/base/check.h"

namespace zipflens {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);

std::string BigEndian(std::uint32_t number) {
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16),
          static_cast<char>(number >> 8), static_cast<char>(number)};
}

std::uint32_t ReadBigEndian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char c : bytes.substr(0, 4)) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

std::string Chunk(const std::string& type, std::string_view data) {
  const std::string body = type + std::string(data);
  const uLong crc =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return BigEndian(static_cast<std::uint32_t>(data.size())) + body +
         BigEndian(static_cast<std::uint32_t>(crc));
}

}  // namespace

std::string EncodePng(std::size_t rows, std::size_t cols, std::span<const std::uint8_t> pixels) {
  ZIPFLENS_CHECK(pixels.size() == rows * cols * 3);
  std::vector<Bytef> raw;  // each row behind its filter type, 0: none
  raw.reserve(rows * (cols * 3 + 1));
  for (std::size_t row = 0; row < rows; ++row) {
    raw.push_back(0);
    const auto line = pixels.subspan(row * cols * 3, cols * 3);
    raw.insert(raw.end(), line.begin(), line.end());
  }
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  std::string packed(size, '\0');
  const int status = compress2(reinterpret_cast<Bytef*>(packed.data()), &size, raw.data(),
                               static_cast<uLong>(raw.size()), /*level=*/6);
  ZIPFLENS_CHECK(status == Z_OK);
  packed.resize(size);
  std::string header =
      BigEndian(static_cast<std::uint32_t>(cols)) + BigEndian(static_cast<std::uint32_t>(rows));
  header += std::string("\x08\x02\x00\x00\x00", 5);  // 8 bits, red-green-blue, not interlaced
  return std::string(kSignature) + Chunk("IHDR", header) + Chunk("IDAT", packed) +
         Chunk("IEND", "");
}

std::string WithResolution(std::string_view png, int dots_per_inch) {
  if (!png.starts_with(kSignature)) return "";
  const auto per_metre =
      BigEndian(static_cast<std::uint32_t>(std::lround(dots_per_inch / 25.4 * 1000.0)));
  const std::string resolution = Chunk("pHYs", per_metre + per_metre + std::string("\x01", 1));
  std::string out(kSignature);
  for (std::size_t offset = kSignature.size(); offset + 12 <= png.size();) {
    const std::size_t length = std::size_t{12} + ReadBigEndian(png.substr(offset));
    if (length > png.size() - offset) return "";
    const std::string_view chunk = png.substr(offset, length);
    const std::string_view type = chunk.substr(4, 4);
    if (type != "pHYs") out += chunk;
    if (type == "IHDR") out += resolution;
    if (type == "IEND") return out;
    offset += length;
  }
  return "";
}

}  // namespace zipflens
