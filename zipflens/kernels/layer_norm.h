// Layer normalization, and the sums around it.
#pragma once

#include <span>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// Each row becomes (row - mean) / sqrt(variance + epsilon) * weight + bias, with the population
/// variance; mean and variance in double, in two passes (Ba, Kiros and Hinton, arXiv:1607.06450).
/// weight and bias: [cols]. Thread-safe, as all below.
void LayerNormRowsInPlace(MatrixView<float> rows, std::span<const float> weight,
                          std::span<const float> bias, double epsilon);

/// sum += addend, element by element; shapes are equal.
void AddInPlace(MatrixView<float> sum, MatrixView<const float> addend);

/// sum += scale * addend, element by element; shapes are equal.
void AddScaledInPlace(MatrixView<float> sum, float scale, MatrixView<const float> addend);

/// result = scale * values, element by element; shapes are equal.
void ScaleInto(float scale, MatrixView<const float> values, MatrixView<float> result);

/// The plain loops that the kernels are tested against; double inside.
namespace reference {
void LayerNormRowsInPlace(MatrixView<float> rows, std::span<const float> weight,
                          std::span<const float> bias, double epsilon);
void AddScaledInPlace(MatrixView<float> sum, float scale, MatrixView<const float> addend);
}  // namespace reference

}  // namespace zipflens
