// Softmax over the rows of attention scores.
#pragma once

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// Each row becomes exp(row - max) / sum. A NaN or +infinity makes its row NaN. Rows must have at
/// least one column. Thread-safe.
void SoftmaxRowsInPlace(MatrixView<float> rows);

/// The plain loop that the kernel is tested against; double inside.
namespace reference {
void SoftmaxRowsInPlace(MatrixView<float> rows);
}  // namespace reference

}  // namespace zipflens
