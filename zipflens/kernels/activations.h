// The feed-forward block's activations.
#pragma once

#include <span>

namespace zipflens {

/// x Phi(x) = x (1 + erf(x / sqrt 2)) / 2, to about 1e-6 relative down to x = -4 and to 1e-7
/// absolute below (Hendrycks and Gimpel, arXiv:1606.08415). Thread-safe, as all below.
void GeluInPlace(std::span<float> values);

/// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
void GeluTanhInPlace(std::span<float> values);

/// max(x, 0); NaN stays.
void ReluInPlace(std::span<float> values);

/// The plain loops that the kernels are tested against; double inside.
namespace reference {
void GeluInPlace(std::span<float> values);
void GeluTanhInPlace(std::span<float> values);
void ReluInPlace(std::span<float> values);
}  // namespace reference

}  // namespace zipflens
