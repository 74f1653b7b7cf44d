// The second operand of a bfloat16 product on AMX, in the layout that the tiles read.
#pragma once

#include <cstddef>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// The part of the second operand that is multiplied at a time: a step of depth by a panel of
/// columns. It is two tiles (amx_tiles.h), whose rows hold two rows of the matrix each, interleaved
/// element by element.
inline constexpr std::size_t kBfloat16StepDepth = 32;
inline constexpr std::size_t kBfloat16PanelCols = 32;
inline constexpr std::size_t kBfloat16StepBytes =
    kBfloat16StepDepth * kBfloat16PanelCols * 2;  // of one step of a panel

/// Number of 32-deep steps that cover `depth`, rounded up.
constexpr std::size_t NumBfloat16Steps(std::size_t depth) {
  return (depth + kBfloat16StepDepth - 1) / kBfloat16StepDepth;
}

/// Number of bytes of the tiles of a matrix [depth, cols], padded to whole panels and steps.
std::size_t Bfloat16TilesSize(std::size_t depth, std::size_t cols);

/// Rounds `matrix` [depth, cols] to bfloat16 and lays it out as [panels, steps, 2 tiles], padded
/// with zeros. `tiles`: Bfloat16TilesSize(depth, cols) bytes at a 64-byte boundary. Thread-safe.
void PackBfloat16Tiles(MatrixView<const float> matrix, std::byte* tiles);

/// The same for the transpose of `matrix`, which is [cols, depth].
void PackBfloat16TilesTransposed(MatrixView<const float> matrix, std::byte* tiles);

}  // namespace zipflens
