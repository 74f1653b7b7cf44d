// The feed-forward block's activations.
#pragma once

#include <span>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

enum class Activation {
  kGelu,      // x Phi(x) = x (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel, arXiv:1606.08415)
  kGeluTanh,  // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
  kRelu,      // max(x, 0); NaN stays NaN
};

/// Replaces each value by its activation. Accuracy of kGelu: about 1e-6 relative down to x = -4,
/// and 1e-7 absolute below. Thread-safe.
void ActivateInPlace(Activation activation, MatrixView<float> values);

/// The plain loops that the kernels are tested against; double inside.
namespace reference {
void ActivateInPlace(Activation activation, std::span<float> values);
}  // namespace reference

}  // namespace zipflens
