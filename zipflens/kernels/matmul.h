// Matrix products in float32, by oneDNN: weights packed once, one thread a product.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// A dense layer's weight W [out, in] and bias b [out], in the layout that the machine's product
/// wants. Immutable: any number of threads may multiply by it at once.
class PackedLinear {
 public:
  /// Packs a copy; `weight` and `bias` are not needed afterwards. The layout is chosen for inputs
  /// of about `expected_rows` rows; other numbers of rows are right too.
  PackedLinear(MatrixView<const float> weight, std::span<const float> bias,
               std::size_t expected_rows);
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
/// The first product of a shape prepares it; later ones of that shape allocate nothing large. All
/// views may be strided. Results depend on the shapes, the values and the instruction set alone.
class MatmulContext {
 public:
  MatmulContext();
  ~MatmulContext();
  MatmulContext(MatmulContext&&) noexcept;
  MatmulContext& operator=(MatmulContext&&) noexcept;

  /// y = x W' + b. x: [rows, in]; y: [rows, out].
  void LinearInto(const PackedLinear& linear, MatrixView<const float> x, MatrixView<float> y);
  /// product = a b. a: [m, k]; b: [k, n]; product: [m, n].
  void ProductInto(MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> product);
  /// product = a b'. a: [m, k]; b: [n, k]; product: [m, n].
  void ProductTransposedInto(MatrixView<const float> a, MatrixView<const float> b,
                             MatrixView<float> product);

 private:
  struct Products;
  std::unique_ptr<Products> products_;
};

/// The plain loops that the kernels are tested against; sums in double.
namespace reference {
void LinearInto(MatrixView<const float> weight, std::span<const float> bias,
                MatrixView<const float> x, MatrixView<float> y);
void ProductInto(MatrixView<const float> a, MatrixView<const float> b, MatrixView<float> product);
void ProductTransposedInto(MatrixView<const float> a, MatrixView<const float> b,
                           MatrixView<float> product);
}  // namespace reference

}  // namespace zipflens
