// Layer normalization, with the residual before it.
#pragma once

#include <span>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// Each row becomes (row - mean) / sqrt(variance + epsilon) * weight + bias, with the population
/// variance; mean and variance in double, in two passes (Ba, Kiros and Hinton, arXiv:1607.06450).
/// weight and bias: [cols]. Thread-safe, as all below.
void LayerNormRowsInPlace(MatrixView<float> rows, std::span<const float> weight,
                          std::span<const float> bias, double epsilon);

/// The same of rows + addend, [rows, cols] each.
void AddLayerNormRowsInPlace(MatrixView<float> rows, MatrixView<const float> addend,
                             std::span<const float> weight, std::span<const float> bias,
                             double epsilon);

/// The plain loop that the kernels are tested against; double inside.
namespace reference {
void LayerNormRowsInPlace(MatrixView<float> rows, std::span<const float> weight,
                          std::span<const float> bias, double epsilon);
}  // namespace reference

}  // namespace zipflens
