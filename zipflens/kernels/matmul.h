// Dense layers: y = activation(x W' + b), weights packed once, one thread a product.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/activations.h"
#include "zipflens/kernels/precision.h"

namespace zipflens {

/// A dense layer's weight W [out, in] and bias b [out], in the layout that the machine's product
/// wants. Immutable: any number of threads may multiply by it at once.
class PackedLinear {
 public:
  /// Packs a copy; `weight` and `bias` are not needed afterwards.
  PackedLinear(MatrixView<const float> weight, std::span<const float> bias,
               Precision precision = Precision::kFloat32);
  ~PackedLinear();
  PackedLinear(PackedLinear&&) noexcept;
  PackedLinear& operator=(PackedLinear&&) noexcept;

  std::size_t out_size() const;
  std::size_t in_size() const;

 private:
  friend class MatmulContext;
  struct Packed;
  std::unique_ptr<const Packed> packed_;
};

/// One thread's means of multiplying: the products it has met, prepared, and their scratch memory.
/// The first product of a shape prepares it; later ones of that shape allocate nothing large.
/// Results depend on the shapes, the values and the instruction set alone.
class MatmulContext {
 public:
  MatmulContext();
  ~MatmulContext();
  MatmulContext(MatmulContext&&) noexcept;
  MatmulContext& operator=(MatmulContext&&) noexcept;

  /// y = activation(x W' + b). x: [rows, in]; y: [rows, out], apart from x. The views may be
  /// strided, and y may have fewer columns: the first ones of the layer's.
  void LinearInto(const PackedLinear& linear, MatrixView<const float> x,
                  std::optional<Activation> activation, MatrixView<float> y);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The plain loop that the kernels are tested against; sums in double.
namespace reference {
void LinearInto(MatrixView<const float> weight, std::span<const float> bias,
                MatrixView<const float> x, MatrixView<float> y);
}  // namespace reference

}  // namespace zipflens
