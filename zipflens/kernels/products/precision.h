// The precision in which an encoder computes.
#pragma once

namespace zipflens {

/// What the operands of matrix products, including the weights of dense layers, are rounded to.
/// Sums and results are float32.
enum class Precision {
  kFloat32,
  kBfloat16,          // if HasBfloat16Products
  kEmulatedBfloat16,  // the same operands, multiplied as float32: on every machine, for tests
};

}  // namespace zipflens
