// Dense layers: y = activation(x W' + b). Weights are packed once; each product runs on one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/activations.h"
#include "zipflens/kernels/products/precision.h"

namespace zipflens {

/// A dense layer's weight W [out, in] and bias b [out], in the layout that this machine's product
/// reads. Any number of threads may multiply by it at once.
class PackedLinear {
 public:
  /// Packs a copy; `weight` and `bias` are not needed afterwards.
  PackedLinear(MatrixView<const float> weight, std::span<const float> bias,
               Precision precision = Precision::kFloat32);
  ~PackedLinear();
  PackedLinear(PackedLinear&&) noexcept;
  PackedLinear& operator=(PackedLinear&&) noexcept;

  /// Rounds the weight to `precision` and lays it out anew: the same bytes as packing the original
  /// in that precision. It must be in float32 now. No other thread may use the layer meanwhile.
  /// Needs the memory of one more copy of this layer.
  void LowerPrecision(Precision precision);

  std::size_t out_size() const;
  std::size_t in_size() const;

 private:
  friend class MatmulContext;
  struct Packed;
  std::unique_ptr<Packed> packed_;
};

/// The prepared products of one thread, and its scratch memory. The first product of a shape
/// prepares it; later products of that shape allocate nothing large. Results depend on the shapes,
/// the values and the instruction set alone.
class MatmulContext {
 public:
  MatmulContext();
  ~MatmulContext();
  MatmulContext(MatmulContext&&) noexcept;
  MatmulContext& operator=(MatmulContext&&) noexcept;

  /// y = activation(x W' + b). x: [rows, in]; y: [rows, out], which must not overlap x. Both views
  /// may be strided. If y has fewer columns, only the first columns of the layer are computed.
  void LinearInto(const PackedLinear& linear, MatrixView<const float> x,
                  std::optional<Activation> activation, MatrixView<float> y);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The plain loop that the kernels are tested against. It sums in double.
namespace reference {
void LinearInto(MatrixView<const float> weight, std::span<const float> bias,
                MatrixView<const float> x, MatrixView<float> y);
}  // namespace reference

}  // namespace zipflens
