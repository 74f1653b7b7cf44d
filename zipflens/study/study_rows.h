// Finds single rows in the tables of a study.
#pragma once

#include <vector>

#include "zipflens/study/study.h"

namespace zipflens {

/// Returns Pearson's r of a measure in a layer and head (-1: the mean over heads), over all
/// sequences; nullptr if there is none.
const Correlation* FindCorrelation(const std::vector<Correlation>& rows, CountSource counts,
                                   Measure measure, int layer, int head = -1);

/// Return the share of the variance of `response` in a layer that a[i], a[j] and their product
/// explain: of the mean over heads, and of the single head where it is largest. nullptr if there is
/// none that is defined.
const Explained* ExplainedInLayer(const Study& study, CountSource counts, Response response,
                                  int layer);
const Explained* LargestExplainedHead(const Study& study, CountSource counts, Response response,
                                      int layer);

/// Returns what the test over token types says about a slope (TypeMeasure, EvidenceFor); kUntested
/// if it has no such test.
Evidence EvidenceForSlope(const Study& study, const Slope& slope);

}  // namespace zipflens
