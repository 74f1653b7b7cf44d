#include "zipflens/kernels/products/panel_product.h"

#include <algorithm>
#include <cstddef>

#include "zipflens/kernels/products/panels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/products/panel_product.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "zipflens/kernels/products/product_tile_inl.h"
#include "zipflens/kernels/vector_activations_inl.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {

// One depth pass over a row block, as a part of the whole product.
struct Pass {
  std::size_t depth;
  bool is_first;
  bool is_last;
};

// Computes a tile at the edge of y, which may have fewer rows or columns than a tile, in a buffer
// and copies it to y.
void MultiplyPartialTile(const float* a, const float* panel, const Pass& pass, const float* bias,
                         MatrixView<float> y, float* tile) {
  const std::size_t width = TileCols();
  if (!pass.is_first) {
    for (std::size_t row = 0; row < y.rows; ++row) {
      std::copy_n(y.Row(row), y.cols, tile + row * width);
    }
  }
  MultiplyTile(y.rows, a, panel, pass.depth, !pass.is_first, bias, tile, width, {panel, 0});
  for (std::size_t row = 0; row < y.rows; ++row) {
    std::copy_n(tile + row * width, y.cols, y.Row(row));
  }
}

// Adds the row block times one panel to y, and prefetches the same depth pass of the next panel
// meanwhile.
void MultiplyPanel(const float* block, const float* panel, const float* next_panel,
                   const Pass& pass, const float* bias, std::optional<Activation> activation,
                   MatrixView<float> y, float* tile) {
  const std::size_t width = TileCols();
  // The share of the next panel that each tile prefetches.
  const std::size_t num_tiles = (y.rows + kTileRows - 1) / kTileRows;
  const std::size_t step = std::max<std::size_t>(1, kTileSteps * width / num_tiles);
  for (std::size_t row = 0; row < y.rows; row += kTileRows) {
    const std::size_t rows = std::min(kTileRows, y.rows - row);
    const float* a = block + row * kRowStride;
    const MatrixView<float> target(y.Row(row), rows, y.cols, y.stride);
    if (rows == ComputedRows(rows) && y.cols == width) {
      const float* next = next_panel + row / kTileRows * (pass.depth / kTileSteps) * step;
      MultiplyTile(rows, a, panel, pass.depth, !pass.is_first, bias, target.data, y.stride,
                   {next, step});
    } else {
      MultiplyPartialTile(a, panel, pass, bias, target, tile);
    }
    if (!activation.has_value() || !pass.is_last) continue;
    for (std::size_t i = 0; i < rows; ++i) ActivateValues(*activation, target.Row(i), y.cols);
  }
}

void PanelProductKernel(MatrixView<const float> x, const float* panels, const float* bias,
                        std::optional<Activation> activation, float* block, float* tile,
                        MatrixView<float> y) {
  const std::size_t width = TileCols();
  const std::size_t num_passes = (x.cols + kPassDepth - 1) / kPassDepth;
  const std::size_t pass_depth = (x.cols + num_passes - 1) / num_passes;
  for (std::size_t first = 0; first < x.rows; first += kBlockRows) {
    const std::size_t rows = std::min(kBlockRows, x.rows - first);
    for (std::size_t k = 0; k < x.cols; k += pass_depth) {
      const std::size_t depth = std::min(pass_depth, x.cols - k);
      const Pass pass = {depth, k == 0, k + depth == x.cols};
      for (std::size_t row = 0; row < rows; ++row) {
        std::copy_n(x.Row(first + row) + k, depth, block + row * kRowStride);
      }
      for (std::size_t col = 0; col < y.cols; col += width) {
        const std::size_t cols = std::min(width, y.cols - col);
        const float* panel = panels + col * x.cols + k * width;
        MultiplyPanel(block, panel, panel + x.cols * width, pass,
                      pass.is_last ? bias + col : nullptr, activation,
                      {y.Row(first) + col, rows, cols, y.stride}, tile);
      }
    }
  }
}

std::size_t PartialTileSizeKernel() { return kTileRows * TileCols(); }

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(PanelProductKernel);
HWY_EXPORT(PartialTileSizeKernel);

PanelProductScratch::PanelProductScratch() : block_(kBlockRows * kRowStride) {
  ApplyInstructionSetLimit();
  tile_ = AlignedBuffer<float>(HWY_DYNAMIC_DISPATCH(PartialTileSizeKernel)());
  // The last tile also multiplies rows that x does not have, so memory must be initialised.
  std::ranges::fill(block_.span(), 0.0f);
  std::ranges::fill(tile_.span(), 0.0f);
}

void PanelProductInto(MatrixView<const float> x, const float* panels, const float* bias,
                      std::optional<Activation> activation, PanelProductScratch& scratch,
                      MatrixView<float> y) {
  ZIPFLENS_CHECK(x.cols > 0 && x.rows == y.rows);
  HWY_DYNAMIC_DISPATCH(PanelProductKernel)
  (x, panels, bias, activation, scratch.block_.data(), scratch.tile_.data(), y);
}

}  // namespace zipflens
#endif  // HWY_ONCE
