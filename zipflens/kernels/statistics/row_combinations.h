// Linear combinations of a matrix's rows.
#pragma once

#include <span>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// Two linear combinations of the rows in one pass: left = Sigma left_factors[r] * row r, and right
/// likewise with right_factors. Factors: [rows]; left, right: [cols]. Rows are added in order, and
/// rounding depends on the instruction set alone. Thread-safe.
void CombineRowsInto(MatrixView<const double> rows, std::span<const double> left_factors,
                     std::span<const double> right_factors, std::span<double> left,
                     std::span<double> right);

/// The plain loops that the kernel is tested against.
namespace reference {
void CombineRowsInto(MatrixView<const double> rows, std::span<const double> left_factors,
                     std::span<const double> right_factors, std::span<double> left,
                     std::span<double> right);
}  // namespace reference

}  // namespace zipflens
