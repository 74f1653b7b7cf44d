// Dense layers of bfloat16 operands with sums in float32, on AMX or, without it, AVX-512 BF16.
#pragma once

#include <cstddef>
#include <optional>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/activations.h"

namespace zipflens {

/// Whether this machine, as far as ZIPFLENS_ISA lets it, multiplies bfloat16.
bool HasBfloat16Products();

/// One thread's memory for Bfloat16TileProductInto, of any shape: 1 MB, not touched before it is
/// needed.
class Bfloat16TileScratch {
 public:
  Bfloat16TileScratch();

 private:
  friend void Bfloat16TileProductInto(MatrixView<const float> x, const std::byte* tiles,
                                      const float* bias, std::optional<Activation> activation,
                                      Bfloat16TileScratch& scratch, MatrixView<float> y);
  AlignedBuffer<std::byte> rows_;  // a block of x, rounded
  AlignedBuffer<float> sums_;      // of a few rows
};

/// y = activation(bfloat16(x) B + bias). x: [rows, depth]; `tiles`: of B [depth, cols], as
/// PackBfloat16Tiles (bfloat16_tiles.h) lays them out; `bias`: as many floats as these have
/// columns; y: [rows, up to cols], apart from x. Requires HasBfloat16Products. Rounding is to
/// nearest, ties to even; parts below 1.2e-38 count as 0. Single-threaded; results do not depend on
/// the number of rows.
void Bfloat16TileProductInto(MatrixView<const float> x, const std::byte* tiles, const float* bias,
                             std::optional<Activation> activation, Bfloat16TileScratch& scratch,
                             MatrixView<float> y);

}  // namespace zipflens
