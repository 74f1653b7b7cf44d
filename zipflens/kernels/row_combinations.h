// Linear combinations of a matrix's rows.
#pragma once

#include <span>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// left = Sigma over rows r of left_factors[r] row r, and right the same with its own factors, in
/// one pass. Factors: [rows]; left, right: [cols]. Rows are added in order; rounding depends on the
/// instruction set alone. Thread-safe.
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
