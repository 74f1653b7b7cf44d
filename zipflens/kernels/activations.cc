#include "zipflens/kernels/activations.h"

#include <cmath>
#include <cstddef>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/activations.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "zipflens/kernels/vector_activations_inl.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {

void ActivationKernel(Activation activation, MatrixView<float> values) {
  for (std::size_t row = 0; row < values.rows; ++row) {
    ActivateValues(activation, values.Row(row), values.cols);
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(ActivationKernel);

void ActivateInPlace(Activation activation, MatrixView<float> values) {
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(ActivationKernel)(activation, values);
}

namespace reference {
namespace {

double Activate(Activation activation, double x) {
  switch (activation) {
    case Activation::kGelu:
      return 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
    case Activation::kGeluTanh: {
      const double y = std::sqrt(2.0 / std::numbers::pi) * (x + 0.044715 * x * x * x);
      return 0.5 * x * (1.0 + std::tanh(y));
    }
    case Activation::kRelu:
      return x < 0 ? 0.0 : x;
  }
  return x;
}

}  // namespace

void ActivateInPlace(Activation activation, std::span<float> values) {
  for (float& value : values) value = static_cast<float>(Activate(activation, value));
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
