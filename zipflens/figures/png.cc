#include "zipflens/figures/png.h"

#include <zlib.h>

#include <cmath>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);

std::string BigEndian(std::uint32_t number) {
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16),
          static_cast<char>(number >> 8), static_cast<char>(number)};
}

std::string Chunk(const std::string& type, std::string_view data) {
  const std::string body = type + std::string(data);
  const uLong crc = crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size());
  return BigEndian(static_cast<std::uint32_t>(data.size())) + body +
         BigEndian(static_cast<std::uint32_t>(crc));
}

}  // namespace

std::uint32_t ReadBigEndian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char c : bytes.substr(0, 4)) number = number << 8 | ByteOf(c);
  return number;
}

std::string AssemblePng(const PngHeader& header, const std::vector<std::uint8_t>& raw) {
  uLongf size = compressBound(raw.size());
  std::string packed(size, '\0');
  const int status = compress2(reinterpret_cast<Bytef*>(packed.data()), &size, raw.data(),
                               raw.size(), /*level=*/6);
  ZIPFLENS_CHECK(status == Z_OK);
  packed.resize(size);
  const bool is_indexed = !header.palette.empty();
  std::string start = BigEndian(static_cast<std::uint32_t>(header.cols)) +
                      BigEndian(static_cast<std::uint32_t>(header.rows));
  start += {8, static_cast<char>(is_indexed ? 3 : 2), 0, 0, 0};  // 8 bits, not interlaced
  std::string out = std::string(kSignature) + Chunk("IHDR", start);
  if (is_indexed) out += Chunk("PLTE", header.palette);
  if (!header.opacities.empty()) out += Chunk("tRNS", header.opacities);
  return out + Chunk("IDAT", packed) + Chunk("IEND", "");
}

std::string EncodePng(std::size_t rows, std::size_t cols, std::span<const std::uint8_t> pixels) {
  ZIPFLENS_CHECK(pixels.size() == rows * cols * 3);
  std::vector<std::uint8_t> raw;
  raw.reserve(rows * (cols * 3 + 1));
  for (std::size_t row = 0; row < rows; ++row) {
    raw.push_back(0);  // no filter
    const auto line = pixels.subspan(row * cols * 3, cols * 3);
    raw.insert(raw.end(), line.begin(), line.end());
  }
  return AssemblePng({.rows = rows, .cols = cols}, raw);
}

std::vector<PngChunk> PngChunks(std::string_view png) {
  if (!png.starts_with(kSignature)) return {};
  std::vector<PngChunk> chunks;
  for (std::size_t offset = kSignature.size(); offset + 12 <= png.size();) {
    const std::size_t length = ReadBigEndian(png.substr(offset));
    if (length > png.size() - offset - 12) return {};
    chunks.push_back({png.substr(offset + 4, 4), png.substr(offset + 8, length),
                      png.substr(offset, length + 12)});
    if (chunks.back().type == "IEND") return chunks;
    offset += length + 12;
  }
  return {};
}

std::string WithResolution(std::string_view png, int dots_per_inch) {
  const std::vector<PngChunk> chunks = PngChunks(png);
  if (chunks.empty()) return "";
  const auto per_metre =
      BigEndian(static_cast<std::uint32_t>(std::lround(dots_per_inch / 25.4 * 1000.0)));
  std::string out(kSignature);
  for (const PngChunk& chunk : chunks) {
    if (chunk.type != "pHYs") out += chunk.whole;
    if (chunk.type == "IHDR") out += Chunk("pHYs", per_metre + per_metre + '\x01');
  }
  return out;
}

}  // namespace zipflens
