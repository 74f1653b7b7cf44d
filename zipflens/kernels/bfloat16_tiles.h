// The second operand of a product of bfloat16 on AMX, in the layout that the tiles read.
#pragma once

#include <cstddef>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// Steps of depth and columns that are multiplied at a time: of a panel of columns, a step is two
/// tiles (amx_tiles.h), whose rows hold two rows of the matrix each, element by element.
inline constexpr std::size_t kBfloat16StepDepth = 32;
inline constexpr std::size_t kBfloat16PanelCols = 32;
inline constexpr std::size_t kBfloat16StepBytes =
    kBfloat16StepDepth * kBfloat16PanelCols * 2;  // of a panel

/// `depth` in steps, and in whole ones.
constexpr std::size_t NumBfloat16Steps(std::size_t depth) {
  return (depth + kBfloat16StepDepth - 1) / kBfloat16StepDepth;
}

/// Bytes that the tiles of a matrix [depth, cols] take: whole panels, whole steps.
std::size_t Bfloat16TilesSize(std::size_t depth, std::size_t cols);

/// Lays out `matrix` [depth, cols], rounded to bfloat16, as [panels, steps, 2 tiles], padded with
/// zeros. `tiles`: Bfloat16TilesSize(depth, cols) bytes at a 64-byte boundary. Thread-safe.
void PackBfloat16Tiles(MatrixView<const float> matrix, std::byte* tiles);

/// The same for the transpose of `matrix` [cols, depth].
void PackBfloat16TilesTransposed(MatrixView<const float> matrix, std::byte* tiles);

}  // namespace zipflens
