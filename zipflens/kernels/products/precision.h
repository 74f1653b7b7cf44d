// Precision: in what an encoder computes, and its names.
#pragma once

#include <string>
#include <string_view>

namespace zipflens {

/// What the operands of matrix products, including the weights of dense layers, are rounded to.
/// Sums and results are float32.
enum class Precision {
  kFloat32,
  kBfloat16,          // if HasBfloat16Products
  kEmulatedBfloat16,  // operands rounded the same, multiplied as float32; runs on any machine
};

/// "float32", "bfloat16", "emulated-bfloat16".
std::string PrecisionName(Precision precision);

/// Returns the precision of a name. "auto" is bfloat16 if this machine multiplies it, else float32.
/// Throws UsageError for any other name.
Precision PrecisionOfName(std::string_view name);

}  // namespace zipflens
