// Matrix products of bfloat16 operands with sums in float32, by oneDNN, on processors that have an
// instruction for them (AVX-512 BF16, AMX).
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// Whether this machine, as far as ZIPFLENS_ISA lets it, multiplies bfloat16.
bool HasBfloat16Products();

/// A dense layer's weight W [out, in] as bfloat16, in the layout that oneDNN chooses, and its bias
/// b [out] in float32. Immutable.
class Bfloat16Weight {
 public:
  /// Packs a copy. The layout is chosen for inputs of about `expected_rows` rows.
  Bfloat16Weight(MatrixView<const float> weight, std::span<const float> bias,
                 std::size_t expected_rows);
  ~Bfloat16Weight();
  Bfloat16Weight(Bfloat16Weight&&) noexcept;
  Bfloat16Weight& operator=(Bfloat16Weight&&) noexcept;

 private:
  friend class Bfloat16Products;
  struct Packed;
  std::unique_ptr<const Packed> packed_;
};

/// One thread's prepared products and their memory. The first product of a shape prepares it; later
/// ones of that shape allocate nothing.
class Bfloat16Products {
 public:
  Bfloat16Products();
  ~Bfloat16Products();
  Bfloat16Products(Bfloat16Products&&) noexcept;
  Bfloat16Products& operator=(Bfloat16Products&&) noexcept;

  /// y = bfloat16(x) W' + b. x: [rows, in]; y: [rows, out], its rows without gaps. Single-threaded.
  void LinearInto(const Bfloat16Weight& weight, MatrixView<const float> x, MatrixView<float> y);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace zipflens
