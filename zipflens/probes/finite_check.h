// Rejects values that are not finite before they reach a statistic.
#pragma once

#include "zipflens/base/matrix_view.h"
#include "zipflens/model/probe.h"

namespace zipflens {

/// Throws Error if any value is NaN or infinite. The message names the point (hence the layer), the
/// sequence, and row and column.
void RequireFinite(const ProbePoint& point, std::size_t sequence_idx,
                   MatrixView<const float> values);

/// The same for some rows of a score matrix.
void RequireFinite(const ProbePoint& point, std::size_t sequence_idx, const ScoreRows& rows);

}  // namespace zipflens
