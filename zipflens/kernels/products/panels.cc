#include "zipflens/kernels/products/panels.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/products/panels.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "zipflens/kernels/products/product_tile_inl.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {

std::size_t PanelWidthKernel() { return TileCols(); }

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(PanelWidthKernel);

std::size_t PanelWidth() {
  ApplyInstructionSetLimit();
  return HWY_DYNAMIC_DISPATCH(PanelWidthKernel)();
}

std::size_t PanelsSize(std::size_t depth, std::size_t cols) {
  const std::size_t width = PanelWidth();
  return (cols + width - 1) / width * width * depth;
}

void PackPanels(MatrixView<const float> matrix, float* panels) {
  const std::size_t width = PanelWidth();
  for (std::size_t first = 0; first < matrix.cols; first += width) {
    const std::size_t count = std::min(width, matrix.cols - first);
    for (std::size_t k = 0; k < matrix.rows; ++k, panels += width) {
      std::copy_n(matrix.Row(k) + first, count, panels);
      std::fill(panels + count, panels + width, 0.0f);
    }
  }
}

void UnpackPanels(const float* panels, MatrixView<float> matrix) {
  const std::size_t width = PanelWidth();
  for (std::size_t first = 0; first < matrix.cols; first += width) {
    const std::size_t count = std::min(width, matrix.cols - first);
    for (std::size_t k = 0; k < matrix.rows; ++k, panels += width) {
      std::copy_n(panels, count, matrix.Row(k) + first);
    }
  }
}

void PackPanelsTransposed(MatrixView<const float> matrix, float* panels) {
  const std::size_t width = PanelWidth();
  const std::size_t depth = matrix.cols;
  for (std::size_t first = 0; first < matrix.rows; first += width, panels += width * depth) {
    const std::size_t count = std::min(width, matrix.rows - first);
    for (std::size_t col = 0; col < count; ++col) {
      const float* row = matrix.Row(first + col);
      for (std::size_t k = 0; k < depth; ++k) panels[k * width + col] = row[k];
    }
    for (std::size_t k = 0; k < depth; ++k) {
      std::fill(panels + k * width + count, panels + (k + 1) * width, 0.0f);
    }
  }
}

}  // namespace zipflens
#endif  // HWY_ONCE
