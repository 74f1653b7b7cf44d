// The layout of tiles, compared with its definition, on every instruction set.

#include "zipflens/kernels/products/bfloat16_tiles.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/aligned_buffer.h"
#include "zipflens/kernels/products/bfloat16.h"

namespace zipflens {
namespace {

class Bfloat16TilesTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(Bfloat16TilesTest);

struct Shape {
  std::size_t depth, cols;
};
constexpr Shape kShapes[] = {{1, 1}, {32, 32}, {31, 17}, {33, 16}, {64, 96}, {65, 100}};

// Element (k, col) of a packed matrix, at the place that PackBfloat16Tiles documents.
std::uint16_t Element(const AlignedBuffer<std::byte>& tiles, std::size_t depth, std::size_t k,
                      std::size_t col) {
  const std::size_t panel = col / 32;
  const std::size_t step = k / 32;
  const std::size_t tile = col % 32 / 16;
  const std::size_t tile_row = k % 32 / 2;
  const std::size_t tile_col = col % 16 * 2 + k % 2;
  const std::size_t tile_idx = (panel * ((depth + 31) / 32) + step) * 2 + tile;
  std::uint16_t bits = 0;
  std::memcpy(&bits, tiles.data() + tile_idx * 1024 + tile_row * 64 + tile_col * 2, sizeof bits);
  return bits;
}

// Element (k, col) of the matrix, rounded to bfloat16; zero outside of the matrix.
std::uint16_t ExpectedElement(const std::vector<float>& matrix, const Shape& shape, std::size_t k,
                              std::size_t col) {
  if (k >= shape.depth || col >= shape.cols) return 0;
  float value = matrix[k * shape.cols + col];
  reference::RoundToBfloat16InPlace({&value, 1});
  return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16U);
}

AlignedBuffer<std::byte> DirtyTiles(const Shape& shape) {
  AlignedBuffer<std::byte> tiles(Bfloat16TilesSize(shape.depth, shape.cols));
  std::memset(tiles.data(), 0x7f, tiles.size());
  return tiles;
}

void ExpectTiles(const AlignedBuffer<std::byte>& tiles, const std::vector<float>& matrix,
                 const Shape& shape) {
  const std::size_t depth = (shape.depth + 31) / 32 * 32;
  const std::size_t cols = (shape.cols + 31) / 32 * 32;
  ASSERT_EQ(tiles.size(), depth * cols * 2);
  for (std::size_t k = 0; k < depth; ++k) {
    for (std::size_t col = 0; col < cols; ++col) {
      ASSERT_EQ(Element(tiles, shape.depth, k, col), ExpectedElement(matrix, shape, k, col))
          << k << " " << col << " of " << shape.depth << " x " << shape.cols;
    }
  }
}

TEST_P(Bfloat16TilesTest, LieAsTheirCommentSays) {
  for (const Shape& shape : kShapes) {
    const std::vector<float> matrix = RandomValues(shape.depth * shape.cols, /*seed=*/1);
    AlignedBuffer<std::byte> tiles = DirtyTiles(shape);
    PackBfloat16Tiles({matrix.data(), shape.depth, shape.cols}, tiles.data());
    ExpectTiles(tiles, matrix, shape);
  }
}

TEST_P(Bfloat16TilesTest, OfTheTransposeAreTheSame) {
  for (const Shape& shape : kShapes) {
    const std::vector<float> matrix = RandomValues(shape.depth * shape.cols, /*seed=*/2);
    std::vector<float> transpose(matrix.size());
    for (std::size_t k = 0; k < shape.depth; ++k) {
      for (std::size_t col = 0; col < shape.cols; ++col) {
        transpose[col * shape.depth + k] = matrix[k * shape.cols + col];
      }
    }
    AlignedBuffer<std::byte> tiles = DirtyTiles(shape);
    PackBfloat16TilesTransposed({transpose.data(), shape.cols, shape.depth}, tiles.data());
    ExpectTiles(tiles, matrix, shape);
  }
}

}  // namespace
}  // namespace zipflens
