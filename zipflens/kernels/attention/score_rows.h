// ScoreRows: some rows of one head's score matrix, as attention computes them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// Some rows of a score matrix.
struct ScoreRows {
  std::span<const std::uint32_t> queries;  // [rows], positions in the sequence
  MatrixView<const float> scores;          // [rows, S]
};

/// Receives rows of scores while they are in the first-level cache. They are valid during the call.
using ScoreRowsFunction = std::function<void(const ScoreRows& rows)>;

}  // namespace zipflens
