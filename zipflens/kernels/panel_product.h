// Matrix products in float32 by our own kernel: y = x W' + b, and an activation of it.
#pragma once

#include <cstddef>
#include <optional>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/activations.h"

namespace zipflens {

/// One thread's memory for PanelProductInto, of any shape.
class PanelProductScratch {
 public:
  PanelProductScratch();

 private:
  friend void PanelProductInto(MatrixView<const float> x, const float* panels, const float* bias,
                               std::optional<Activation> activation, PanelProductScratch& scratch,
                               MatrixView<float> y);
  AlignedBuffer<float> block_;  // rows of x, as the inner loop reads them
  AlignedBuffer<float> tile_;   // a tile that does not fit into y
};

/// y = activation(x B + bias). x: [rows, depth]; `panels`: of B [depth, cols], as PackPanels lays
/// it out; `bias`: [cols], padded to whole panels; y: [rows, cols], which may be fewer columns than
/// B has. x and y are apart. Single-threaded; results do not depend on the number of rows.
void PanelProductInto(MatrixView<const float> x, const float* panels, const float* bias,
                      std::optional<Activation> activation, PanelProductScratch& scratch,
                      MatrixView<float> y);

}  // namespace zipflens
