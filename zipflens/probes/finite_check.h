// Refuses values that are not numbers before they reach a statistic.
#pragma once

#include "zipflens/base/matrix_view.h"
#include "zipflens/model/probe.h"

namespace zipflens {

/// Throws Error naming the point (hence the layer), the sequence and the place if any value is NaN
/// or infinite.
void RequireFinite(const ProbePoint& point, int sequence_idx, MatrixView<const float> values);

/// The same of some rows of a matrix of scores.
void RequireFinite(const ProbePoint& point, int sequence_idx, const ScoreRows& rows);

}  // namespace zipflens
