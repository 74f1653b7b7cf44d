#include "zipflens/kernels/products/bfloat16_tiles.h"

#include <algorithm>
#include <cstdint>

#include "zipflens/kernels/products/amx_tiles.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/products/bfloat16_tiles.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "zipflens/kernels/products/vector_bfloat16_inl.h"
#include "zipflens/kernels/vector_exp_inl.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Columns of a tile whose elements are pairs of bfloat16 numbers: [16, 16], a row of pairs for two
// rows of the matrix.
constexpr std::size_t kTileCols = amx::kTileRowBytes / sizeof(std::uint32_t);

// Makes a row of pairs of two rows of the matrix.
HWY_INLINE void PackPairs(const float* first, const float* second, std::size_t cols,
                          std::uint32_t* pairs) {
  ForEachVector(cols, [=](auto d, std::size_t k) HWY_ATTR {
    const hn::RebindToUnsigned<decltype(d)> d_bits;
    const auto low = Bfloat16Bits(d, hn::LoadU(d, first + k));
    const auto high = hn::ShiftLeft<16>(Bfloat16Bits(d, hn::LoadU(d, second + k)));
    hn::StoreU(hn::Or(low, high), d_bits, pairs + k);
  });
}

void PackTilesKernel(MatrixView<const float> matrix, std::uint32_t* tiles) {
  constexpr float kZeros[kTileCols] = {};
  const std::size_t depth = NumBfloat16Steps(matrix.rows) * kBfloat16StepDepth;
  for (std::size_t panel = 0; panel < matrix.cols; panel += kBfloat16PanelCols) {
    for (std::size_t step = 0; step < depth; step += kBfloat16StepDepth) {
      for (std::size_t col = panel; col < panel + kBfloat16PanelCols; col += kTileCols) {
        const std::size_t cols = col < matrix.cols ? std::min(kTileCols, matrix.cols - col) : 0;
        for (std::size_t k = step; k < step + kBfloat16StepDepth; k += 2, tiles += kTileCols) {
          if (cols < kTileCols) std::fill_n(tiles, kTileCols, 0u);
          if (cols == 0) continue;
          PackPairs(k < matrix.rows ? matrix.Row(k) + col : kZeros,
                    k + 1 < matrix.rows ? matrix.Row(k + 1) + col : kZeros, cols, tiles);
        }
      }
    }
  }
}

// Makes a column of pairs of a row of the matrix, in one tile of each step.
HWY_INLINE void PackColumn(const float* row, std::size_t depth, std::uint32_t* column) {
  constexpr std::size_t kStepPairs = kBfloat16StepBytes / sizeof(std::uint32_t);
  for (std::size_t k = 0; k < depth; k += kBfloat16StepDepth, column += kStepPairs) {
    std::uint16_t rounded[kBfloat16StepDepth] = {};
    StoreBfloat16(row + k, std::min(kBfloat16StepDepth, depth - k), rounded);
    for (std::size_t i = 0; i < kBfloat16StepDepth; i += 2) {
      column[i / 2 * kTileCols] = rounded[i] | static_cast<std::uint32_t>(rounded[i + 1]) << 16U;
    }
  }
}

void PackTilesTransposedKernel(MatrixView<const float> matrix, std::uint32_t* tiles) {
  constexpr std::size_t kTilePairs = amx::kTileBytes / sizeof(std::uint32_t);
  const std::size_t depth = matrix.cols;
  const std::size_t panel_pairs =
      NumBfloat16Steps(depth) * kBfloat16StepBytes / sizeof(std::uint32_t);
  for (std::size_t panel = 0; panel < matrix.rows; panel += kBfloat16PanelCols) {
    const std::size_t cols = std::min(kBfloat16PanelCols, matrix.rows - panel);
    if (cols < kBfloat16PanelCols) std::fill_n(tiles, panel_pairs, 0u);
    for (std::size_t col = 0; col < cols; ++col) {
      PackColumn(matrix.Row(panel + col), depth,
                 tiles + col / kTileCols * kTilePairs + col % kTileCols);
    }
    tiles += panel_pairs;
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(PackTilesKernel);
HWY_EXPORT(PackTilesTransposedKernel);

std::size_t Bfloat16TilesSize(std::size_t depth, std::size_t cols) {
  return (cols + kBfloat16PanelCols - 1) / kBfloat16PanelCols * NumBfloat16Steps(depth) *
         kBfloat16StepBytes;
}

void PackBfloat16Tiles(MatrixView<const float> matrix, std::byte* tiles) {
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(PackTilesKernel)(matrix, reinterpret_cast<std::uint32_t*>(tiles));
}

void PackBfloat16TilesTransposed(MatrixView<const float> matrix, std::byte* tiles) {
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(PackTilesTransposedKernel)
  (matrix, reinterpret_cast<std::uint32_t*>(tiles));
}

}  // namespace zipflens
#endif  // HWY_ONCE
