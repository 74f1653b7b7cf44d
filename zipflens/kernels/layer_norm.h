// Layer normalization, alone or after adding a residual.
#pragma once

#include <span>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// Replaces each row by (row - mean) / sqrt(variance + epsilon) * weight + bias, with the
/// population variance. Mean and variance are computed in double, in two passes (Ba, Kiros and
/// Hinton, arXiv:1607.06450). weight and bias: [cols]. Thread-safe, as are the functions below.
void LayerNormRowsInPlace(MatrixView<float> rows, std::span<const float> weight,
                          std::span<const float> bias, double epsilon);

/// The same for rows + addend; both are [rows, cols].
void AddLayerNormRowsInPlace(MatrixView<float> rows, MatrixView<const float> addend,
                             std::span<const float> weight, std::span<const float> bias,
                             double epsilon);

/// The plain loop that the kernels are tested against. It computes in double.
namespace reference {
void LayerNormRowsInPlace(MatrixView<float> rows, std::span<const float> weight,
                          std::span<const float> bias, double epsilon);
}  // namespace reference

}  // namespace zipflens
