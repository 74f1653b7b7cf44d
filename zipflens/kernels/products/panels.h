// The second operand of a float32 product, in the layout that the product's inner loop reads:
// panels of neighbouring columns.
#pragma once

#include <cstddef>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// The depth of one pass of the inner loop. A tile's rows and a panel of this depth stay in the
/// first-level cache, and a row block in the second-level cache.
inline constexpr std::size_t kPassDepth = 512;
/// The distance, in floats, between rows of the first operand as the inner loop reads them; see
/// product_tile_inl.h.
inline constexpr std::size_t kRowStride = kPassDepth + 16;
/// Number of rows in a row block, which is multiplied by one panel before the next panel is read. A
/// multiple of the tile of every instruction set.
inline constexpr std::size_t kBlockRows = 192;

/// Number of columns of a panel, for the instruction set in use.
std::size_t PanelWidth();

/// Number of floats in the panels of a matrix [depth, cols]; the last panel is padded.
std::size_t PanelsSize(std::size_t depth, std::size_t cols);

/// Lays out `matrix` [depth, cols] as panels [cols / PanelWidth, depth, PanelWidth], padded with
/// zeros. `panels`: PanelsSize(depth, cols) floats at a 64-byte boundary. Thread-safe.
void PackPanels(MatrixView<const float> matrix, float* panels);

/// Copies panels back into `matrix` [depth, cols]: the inverse of PackPanels.
void UnpackPanels(const float* panels, MatrixView<float> matrix);

/// PackPanels for the transpose of `matrix`, which is [cols, depth].
void PackPanelsTransposed(MatrixView<const float> matrix, float* panels);

}  // namespace zipflens
