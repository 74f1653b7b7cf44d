// Dense layers with bfloat16 operands and float32 sums, on AMX or, without AMX, on AVX-512 BF16.
#pragma once

#include <cstddef>
#include <optional>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/activations.h"

namespace zipflens {

/// Returns whether this machine multiplies bfloat16, within the limit that ZIPFLENS_ISA sets.
bool HasBfloat16Products();

/// The scratch memory of one thread for Bfloat16TileProductInto, for any shape: 1 MB, not touched
/// before it is needed.
class Bfloat16TileScratch {
 public:
  Bfloat16TileScratch();

 private:
  friend void Bfloat16TileProductInto(MatrixView<const float> x, const std::byte* tiles,
                                      const float* bias, std::optional<Activation> activation,
                                      Bfloat16TileScratch& scratch, MatrixView<float> y);
  AlignedBuffer<std::byte> rows_;  // a row block of x, rounded
  AlignedBuffer<float> sums_;      // sums of a group
};

/// y = activation(bfloat16(x) B + bias). x: [rows, depth]. `tiles`: B [depth, cols] as
/// PackBfloat16Tiles (bfloat16_tiles.h) lays it out. `bias`: [cols], padded to whole panels. y:
/// [rows, at most cols]; it must not overlap x. Requires HasBfloat16Products. Rounding is to
/// nearest, ties to even; operands below 1.2e-38 in size count as 0. Single-threaded. Results do
/// not depend on the number of rows.
void Bfloat16TileProductInto(MatrixView<const float> x, const std::byte* tiles, const float* bias,
                             std::optional<Activation> activation, Bfloat16TileScratch& scratch,
                             MatrixView<float> y);

}  // namespace zipflens
