// Products of a matrix's rows with one vector.
#pragma once

#include <span>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// products[r] = addend + row r . factor, summed in double, then rounded once. factor: [cols];
/// products: [rows]. The order of the sums depends on the instruction set alone. Thread-safe.
void RowProductsInto(MatrixView<const float> rows, std::span<const double> factor, double addend,
                     std::span<float> products);

/// The plain loop that the kernel is tested against.
namespace reference {
void RowProductsInto(MatrixView<const float> rows, std::span<const double> factor, double addend,
                     std::span<float> products);
}  // namespace reference

}  // namespace zipflens
