// Matrix products in float32 on hardware that multiplies bfloat16 (Intel AMX).
//
// A float is the sum of three bfloat16 numbers, each of which is the nearest to what the ones
// before leave over: three times 8 bits of precision make the 24 of a float. Of the nine products
// of parts the six largest are summed in float32; the others are about 2^-26 of a product (Henry,
// Tang and Heinecke, "Leveraging the bfloat16 Artificial Intelligence Datatype For Higher-Precision
// Computations", arXiv:1904.06376). AMX multiplies bfloat16 16 times as fast as AVX-512 multiplies
// floats, so six products are still faster. The results are at least as accurate as those of
// float32 multiply-adds.
#pragma once

#include <cstddef>
#include <optional>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/activations.h"

namespace zipflens {

/// Returns whether this machine multiplies this way, within the limit that ZIPFLENS_ISA sets.
bool HasSplitProducts();

/// The scratch memory of one thread for SplitProductInto, for any shape: 1 MB, not touched before
/// it is needed.
class SplitProductScratch {
 public:
  SplitProductScratch();

 private:
  friend void SplitProductInto(MatrixView<const float> x, const float* panels, const float* bias,
                               std::optional<Activation> activation, SplitProductScratch& scratch,
                               MatrixView<float> y);
  AlignedBuffer<std::byte> rows_;   // a row block of x, split into parts
  AlignedBuffer<std::byte> panel_;  // a panel, split into parts
  AlignedBuffer<std::byte> next_;   // the next panel
  AlignedBuffer<float> sums_;       // sums of one group in one pass
};

/// Computes what PanelProductInto (panel_product.h) computes, from the same panels. Requires
/// HasSplitProducts. Values from 3.39e38 on and infinities give NaN; parts below 1.2e-38 count as
/// 0. Single-threaded. Results do not depend on the number of rows.
void SplitProductInto(MatrixView<const float> x, const float* panels, const float* bias,
                      std::optional<Activation> activation, SplitProductScratch& scratch,
                      MatrixView<float> y);

}  // namespace zipflens
