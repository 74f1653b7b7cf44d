// What an encoder computes in.
#pragma once

namespace zipflens {

/// What the operands of matrix products are rounded to, the weights of dense layers included; sums
/// and results are float32.
enum class Precision {
  kFloat32,
  kBfloat16,          // if HasBfloat16Products
  kEmulatedBfloat16,  // the same operands, multiplied as float32: on every machine, for tests
};

}  // namespace zipflens
