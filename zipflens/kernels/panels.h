// The second operand of a matrix product, in the layout that the product's inner loop reads.
#pragma once

#include <cstddef>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// The depth that one pass of the inner loop runs through: a tile's rows and a panel of this depth
/// stay in the first-level cache, a block of rows in the second.
inline constexpr std::size_t kPassDepth = 512;
/// Floats between rows that the inner loop reads; see product_tile_inl.h.
inline constexpr std::size_t kStripStride = kPassDepth + 16;
/// Rows that are multiplied by a panel before the next panel; a multiple of every target's tile.
inline constexpr std::size_t kBlockRows = 192;

/// Columns of a panel, for the instruction set in force.
std::size_t PanelWidth();

/// Floats that the panels of a matrix [depth, cols] take: whole panels, the last one padded.
std::size_t PanelsSize(std::size_t depth, std::size_t cols);

/// Lays out `matrix` [depth, cols] as panels [cols / PanelWidth, depth, PanelWidth], padded with
/// zeros. `panels`: PanelsSize(depth, cols) floats at a 64-byte boundary. Thread-safe.
void PackPanels(MatrixView<const float> matrix, float* panels);

/// The same for the transpose of `matrix` [cols, depth].
void PackPanelsTransposed(MatrixView<const float> matrix, float* panels);

}  // namespace zipflens
