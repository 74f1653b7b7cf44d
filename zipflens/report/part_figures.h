// One function a figure: those of the notebook (docs/analysis.md), then those that say how much of
// it to believe; FigureMakers calls them in order.
#pragma once

#include "zipflens/figures/figure.h"
#include "zipflens/report/report.h"
#include "zipflens/study/study_result.h"

namespace zipflens {

Figure MakePart1(const StudyResult& result);
Figure MakePart2(const StudyResult& result);
Figure MakePart4a(const StudyResult& result);
Figure MakePart4b(const StudyResult& result);
Figure MakePart5a(const StudyResult& result);
Figure MakePart5b(const StudyResult& result, const ReportOptions& options);
Figure MakePart5Edges(const StudyResult& result);
Figure MakePart5c(const StudyResult& result, const ReportOptions& options);
Figure MakePart5d(const StudyResult& result);
Figure MakePart6(const StudyResult& result);

/// r by layer: the notebook's beside those over pairs and over token types, with intervals.
Figure MakeEvidenceCorrelations(const StudyResult& result);
/// Query and key slopes by layer and head.
Figure MakeSlopes(const StudyResult& result);
/// Content, query-only, key-only and constant part of the scores by layer.
Figure MakeSplit(const StudyResult& result);
/// One point a token type, with the names of the most extreme.
Figure MakeTypes(const StudyResult& result);
/// Bin means with bootstrap intervals over sequences.
Figure MakePart6Bands(const StudyResult& result);

}  // namespace zipflens
