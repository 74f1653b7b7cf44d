#include "zipflens/figures/png_smaller.h"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <vector>

#include "zipflens/figures/png.h"

namespace zipflens {
namespace {

constexpr std::uint32_t kMostPixels = 1U << 26;

struct TrueColourImage {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::size_t channels = 0;           // 3 or 4
  std::vector<std::uint8_t> samples;  // [rows, cols, channels]
};

/// PNG specification, 9.4.
int Paeth(int left, int above, int above_left) {
  const int estimate = left + above - above_left;
  const int to_left = std::abs(estimate - left);
  const int to_above = std::abs(estimate - above);
  const int to_above_left = std::abs(estimate - above_left);
  if (to_left <= to_above && to_left <= to_above_left) return left;
  return to_above <= to_above_left ? above : above_left;
}

/// Undoes the filters of rows [filter type, samples...]; false for a type that does not exist.
bool Unfilter(const std::vector<std::uint8_t>& raw, TrueColourImage& image) {
  const std::size_t width = image.cols * image.channels;
  image.samples.assign(image.rows * width, 0);
  for (std::size_t row = 0; row < image.rows; ++row) {
    const std::uint8_t* source = &raw[row * (width + 1)];
    std::uint8_t* target = &image.samples[row * width];
    const std::uint8_t filter = *source++;
    if (filter > 4) return false;
    for (std::size_t i = 0; i < width; ++i) {
      const bool has_left = i >= image.channels;
      const int left = has_left ? target[i - image.channels] : 0;
      const int above = row > 0 ? (target - width)[i] : 0;
      const int above_left = has_left && row > 0 ? (target - width)[i - image.channels] : 0;
      const std::array<int, 5> predictions = {0, left, above, (left + above) / 2,
                                              Paeth(left, above, above_left)};
      target[i] = static_cast<std::uint8_t>(source[i] + predictions[filter]);
    }
  }
  return true;
}

std::optional<TrueColourImage> Decode(const std::vector<PngChunk>& chunks) {
  if (chunks.empty() || chunks[0].type != "IHDR" || chunks[0].data.size() != 13) return {};
  const std::string_view header = chunks[0].data;
  TrueColourImage image;
  image.cols = ReadBigEndian(header);
  image.rows = ReadBigEndian(header.substr(4));
  if (header[8] != 8 || (header[9] != 2 && header[9] != 6) || header[12] != 0) return {};
  image.channels = header[9] == 2 ? 3 : 4;
  if (image.cols == 0 || image.rows == 0 || image.rows > kMostPixels / image.cols) return {};
  std::string packed;
  for (const PngChunk& chunk : chunks) {
    if (chunk.type == "IDAT") packed += chunk.data;
  }
  std::vector<std::uint8_t> raw(image.rows * (image.cols * image.channels + 1));
  uLongf size = raw.size();
  const int status =
      uncompress(raw.data(), &size, reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  if (status != Z_OK || size != raw.size() || !Unfilter(raw, image)) return {};
  return image;
}

/// Empty if there are more than 256 colours.
std::string Indexed(const TrueColourImage& image) {
  std::map<std::uint32_t, std::uint8_t> places;
  PngHeader header{.rows = image.rows, .cols = image.cols};
  std::vector<std::uint8_t> raw;
  raw.reserve(image.rows * (image.cols + 1));
  for (std::size_t i = 0; i < image.rows * image.cols; ++i) {
    if (i % image.cols == 0) raw.push_back(0);
    const std::uint8_t* sample = &image.samples[i * image.channels];
    const std::uint32_t alpha = image.channels == 4 ? sample[3] : 255;
    const std::uint32_t key = std::uint32_t{sample[0]} << 24 | std::uint32_t{sample[1]} << 16 |
                              std::uint32_t{sample[2]} << 8 | alpha;
    const auto [place, is_new] = places.try_emplace(key, static_cast<std::uint8_t>(places.size()));
    if (places.size() > 256) return "";
    if (is_new) {
      header.palette.append(reinterpret_cast<const char*>(sample), 3);
      if (image.channels == 4) header.opacities += static_cast<char>(alpha);
    }
    raw.push_back(place->second);
  }
  return AssemblePng(header, raw);
}

/// Empty if there is transparency.
std::string Unfiltered(const TrueColourImage& image) {
  if (image.channels != 3) return "";
  return EncodePng(image.rows, image.cols, image.samples);
}

}  // namespace

std::string SmallerPng(std::string_view png) {
  const std::optional<TrueColourImage> image = Decode(PngChunks(png));
  if (!image) return std::string(png);
  std::string smaller = Indexed(*image);
  if (smaller.empty()) smaller = Unfiltered(*image);
  return !smaller.empty() && smaller.size() < png.size() ? smaller : std::string(png);
}

}  // namespace zipflens
