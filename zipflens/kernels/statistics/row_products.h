// Dot products of the parts of a matrix's rows with the parts of one vector.
#pragma once

#include <span>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// products[h, r] = addends[h] + (part h of row r) . (part h of factor), where a row of H * d
/// elements consists of H parts of d. Summed in double and rounded once. factor: [H * d]; addends:
/// [H]; products: [H, rows]. Rows are read in order. The order of the sums depends on the
/// instruction set alone. Thread-safe.
void RowProductsInto(MatrixView<const float> rows, std::span<const double> factor,
                     std::span<const double> addends, MatrixView<float> products);

/// The plain loop that the kernel is tested against.
namespace reference {
void RowProductsInto(MatrixView<const float> rows, std::span<const double> factor,
                     std::span<const double> addends, MatrixView<float> products);
}  // namespace reference

}  // namespace zipflens
