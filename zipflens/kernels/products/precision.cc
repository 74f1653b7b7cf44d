#include "zipflens/kernels/products/precision.h"

#include <fmt/format.h>

#include "zipflens/base/error.h"
#include "zipflens/kernels/products/bfloat16_tile_product.h"

namespace zipflens {

std::string PrecisionName(Precision precision) {
  switch (precision) {
    case Precision::kFloat32:
      return "float32";
    case Precision::kBfloat16:
      return "bfloat16";
    case Precision::kEmulatedBfloat16:
      return "emulated-bfloat16";
  }
  return "";
}

Precision PrecisionOfName(std::string_view name) {
  if (name == "auto") return HasBfloat16Products() ? Precision::kBfloat16 : Precision::kFloat32;
  for (const Precision precision :
       {Precision::kFloat32, Precision::kBfloat16, Precision::kEmulatedBfloat16}) {
    if (PrecisionName(precision) == name) return precision;
  }
  throw UsageError(fmt::format("unknown precision \"{}\"", name));
}

}  // namespace zipflens
