// The PNG encoder, its palette and the base64 that carries it.
#include "zipflens/figures/png.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>

#include "zipflens/figures/base64.h"
#include "zipflens/figures/png_smaller.h"

namespace zipflens {
namespace {

std::string_view Find(const std::vector<PngChunk>& chunks, std::string_view type) {
  for (const PngChunk& chunk : chunks) {
    if (chunk.type == type) return chunk.data;
  }
  return {};
}

/// Rows of a PNG without filters, or of any PNG as they are stored.
std::vector<std::uint8_t> StoredRows(const std::string& png, std::size_t size) {
  const std::string packed(Find(PngChunks(png), "IDAT"));
  std::vector<std::uint8_t> raw(size);
  uLongf length = static_cast<uLongf>(size);
  EXPECT_EQ(uncompress(raw.data(), &length, reinterpret_cast<const Bytef*>(packed.data()),
                       static_cast<uLong>(packed.size())),
            Z_OK);
  EXPECT_EQ(length, size);
  return raw;
}

TEST(EncodePng, StoresEveryPixel) {
  const std::vector<std::uint8_t> pixels = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const std::string png = EncodePng(/*rows=*/2, /*cols=*/2, pixels);
  EXPECT_EQ(StoredRows(png, 14),
            (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6, 0, 7, 8, 9, 10, 11, 12}));
  for (const PngChunk& chunk : PngChunks(png)) {
    const std::string body = std::string(chunk.type) + std::string(chunk.data);
    const auto crc = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
    EXPECT_EQ(ReadBigEndian(chunk.whole.substr(chunk.whole.size() - 4)), crc) << chunk.type;
  }
}

TEST(WithResolution, WritesDotsPerMetreOnce) {
  const std::string png = EncodePng(1, 1, std::vector<std::uint8_t>{0, 0, 0});
  const std::string twice = WithResolution(WithResolution(png, 72), 300);
  const std::string_view resolution = Find(PngChunks(twice), "pHYs");
  ASSERT_EQ(resolution.size(), 9U);
  EXPECT_EQ(ReadBigEndian(resolution), 11811U);  // 300 / 0.0254
  EXPECT_EQ(PngChunks(twice).size(), 4U);
}

TEST(WithResolution, RefusesHalfAFile) {
  const std::string png = EncodePng(1, 1, std::vector<std::uint8_t>{0, 0, 0});
  EXPECT_EQ(WithResolution(png.substr(0, png.size() - 5), 300), "");
  EXPECT_EQ(WithResolution("not a picture", 300), "");
}

int PaethPredictor(int a, int b, int c) {  // as the specification writes it
  const int p = a + b - c;
  const int pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

TEST(SmallerPng, IndexesFewColoursAndKeepsEveryPixelOfEveryFilter) {
  constexpr std::size_t kRows = 25;
  constexpr std::size_t kCols = 40;
  const std::uint8_t colours[3][3] = {{250, 3, 77}, {0, 128, 255}, {90, 90, 91}};
  const auto colour_at = [&](std::size_t row, std::size_t col) {
    return colours[(row * row + 3 * col * row + col) % 7 % 3];
  };
  std::vector<std::uint8_t> raw;
  for (std::size_t row = 0; row < kRows; ++row) {
    const std::size_t filter = row % 5;
    raw.push_back(static_cast<std::uint8_t>(filter));
    for (std::size_t col = 0; col < kCols; ++col) {
      for (std::size_t c = 0; c < 3; ++c) {
        const int a = col > 0 ? colour_at(row, col - 1)[c] : 0;
        const int b = row > 0 ? colour_at(row - 1, col)[c] : 0;
        const int ab = row > 0 && col > 0 ? colour_at(row - 1, col - 1)[c] : 0;
        const int predictions[5] = {0, a, b, (a + b) / 2, PaethPredictor(a, b, ab)};
        raw.push_back(static_cast<std::uint8_t>(colour_at(row, col)[c] - predictions[filter]));
      }
    }
  }
  const std::string png = AssemblePng({.rows = kRows, .cols = kCols}, raw);
  const std::string indexed = SmallerPng(png);
  ASSERT_LT(indexed.size(), png.size());
  const std::string palette(Find(PngChunks(indexed), "PLTE"));
  ASSERT_EQ(palette.size(), 9U);
  const auto rows = StoredRows(indexed, kRows * (kCols + 1));
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t col = 0; col < kCols; ++col) {
      const std::size_t place = rows[row * (kCols + 1) + 1 + col];
      for (std::size_t c = 0; c < 3; ++c) {
        ASSERT_EQ(static_cast<std::uint8_t>(palette[place * 3 + c]), colour_at(row, col)[c])
            << row << ' ' << col;
      }
    }
  }
}

TEST(SmallerPng, LeavesWhatItCannotMakeSmallerAlone) {
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < 300; ++i) {
    for (const int value : {i % 256, i / 256, 7})
      pixels.push_back(static_cast<std::uint8_t>(value));
  }
  const std::string png = EncodePng(1, 300, pixels);
  EXPECT_EQ(SmallerPng(png), png);
  EXPECT_EQ(SmallerPng("not a picture"), "not a picture");
}

TEST(Base64, GivesTheVectorsOfItsStandard) {  // RFC 4648, section 10
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(EncodeBase64(bytes), text);
    EXPECT_EQ(DecodeBase64(text), bytes);
  }
  EXPECT_EQ(DecodeBase64("Zm9v\nYmFy"), "foobar");
}

}  // namespace
}  // namespace zipflens
