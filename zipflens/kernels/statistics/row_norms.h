// Norms of a matrix's rows.
#pragma once

#include <span>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// log_norms[r] = ln of the Euclidean norm of row r (n of docs/analysis.md), [rows]. Squares are
/// summed in double, so they neither overflow nor underflow. A row of zeros gives -infinity. A row
/// with a NaN or infinite value gives NaN or infinity. Thread-safe.
void RowLogNormsInto(MatrixView<const float> rows, std::span<float> log_norms);

/// The plain loop that the kernel is tested against.
namespace reference {
void RowLogNormsInto(MatrixView<const float> rows, std::span<float> log_norms);
}  // namespace reference

}  // namespace zipflens
