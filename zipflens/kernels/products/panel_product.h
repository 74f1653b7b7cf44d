// Dense layers in float32 with our own kernel: y = activation(x W' + b).
#pragma once

#include <cstddef>
#include <optional>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/activations.h"

namespace zipflens {

/// The scratch memory of one thread for PanelProductInto, for any shape.
class PanelProductScratch {
 public:
  PanelProductScratch();

 private:
  friend void PanelProductInto(MatrixView<const float> x, const float* panels, const float* bias,
                               std::optional<Activation> activation, PanelProductScratch& scratch,
                               MatrixView<float> y);
  AlignedBuffer<float> block_;  // a row block of x, in the layout of the inner loop
  AlignedBuffer<float> tile_;   // a tile at the edge of y, which y cannot hold
};

/// y = activation(x B + bias). x: [rows, depth]. `panels`: B [depth, cols] as PackPanels lays it
/// out. `bias`: [cols], padded to whole panels. y: [rows, at most cols]; it must not overlap x.
/// Single-threaded. Results do not depend on the number of rows.
void PanelProductInto(MatrixView<const float> x, const float* panels, const float* bias,
                      std::optional<Activation> activation, PanelProductScratch& scratch,
                      MatrixView<float> y);

}  // namespace zipflens
