// One function a figure: those of the notebook (docs/analysis.md), then those that say how much of
// it to believe; FigureMakers calls them in order.
#pragma once

#include "zipflens/figures/figure.h"
#include "zipflens/report/report.h"
#include "zipflens/study/study.h"

namespace zipflens {

Figure MakePart1(const Study& result);
Figure MakePart2(const Study& result);
Figure MakePart4a(const Study& result);
Figure MakePart4b(const Study& result);
Figure MakePart5a(const Study& result);
Figure MakePart5b(const Study& result, const ReportOptions& options);
Figure MakePart5Edges(const Study& result);
Figure MakePart5c(const Study& result, const ReportOptions& options);
Figure MakePart5d(const Study& result);
Figure MakePart6(const Study& result);

/// r by layer: the notebook's beside those over pairs and over token types, with intervals.
Figure MakeEvidenceCorrelations(const Study& result);
/// Query and key slopes by layer and head.
Figure MakeSlopes(const Study& result);
/// Content, query-only, key-only and constant part of the scores by layer.
Figure MakeSplit(const Study& result);
/// One point a token type, with the names of the most extreme.
Figure MakeTypes(const Study& result);
/// Bin means with bootstrap intervals over sequences.
Figure MakePart6Bands(const Study& result);

}  // namespace zipflens
