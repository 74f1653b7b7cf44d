// Matrix products in float32 by hardware that multiplies bfloat16 (Intel AMX).
//
// A float is the sum of three bfloat16s, each the nearest to what the former left over: 8 bits of
// precision three times are all 24. Of the nine products of parts, the six that count are added in
// float32; what is left out is about 2^-26 of a product (Henry, Tang and Heinecke, "Leveraging the
// bfloat16 Artificial Intelligence Datatype For Higher-Precision Computations", arXiv:1904.06376).
// AMX multiplies bfloat16 16 times as fast as AVX-512 floats, so that six products are the faster
// way, and results are at least as near to the exact ones as those of float32 multiply-adds.
#pragma once

#include <cstddef>
#include <optional>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/activations.h"

namespace zipflens {

/// Whether this machine, as far as ZIPFLENS_ISA lets it, multiplies this way.
bool HasSplitProducts();

/// One thread's memory for SplitProductInto, of any shape: 1 MB, not touched before it is needed.
class SplitProductScratch {
 public:
  SplitProductScratch();

 private:
  friend void SplitProductInto(MatrixView<const float> x, const float* panels, const float* bias,
                               std::optional<Activation> activation, SplitProductScratch& scratch,
                               MatrixView<float> y);
  AlignedBuffer<std::byte> rows_;   // a block of x, in parts
  AlignedBuffer<std::byte> panel_;  // a panel, in parts
  AlignedBuffer<std::byte> next_;   // the next one
  AlignedBuffer<float> sums_;       // a pass' sums of a few rows
};

/// What PanelProductInto (panel_product.h) computes, from the same panels. Requires
/// HasSplitProducts. Values from 3.39e38 on and infinities give NaN; parts below 1.2e-38 count as
/// 0. Single-threaded; results do not depend on the number of rows.
void SplitProductInto(MatrixView<const float> x, const float* panels, const float* bias,
                      std::optional<Activation> activation, SplitProductScratch& scratch,
                      MatrixView<float> y);

}  // namespace zipflens
