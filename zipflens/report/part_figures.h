// One function per figure: first the figures of the notebook (docs/analysis.md), then those of the
// evidence that zipflens adds. FigureMakers calls them in order.
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

/// r by layer: the notebook's, over pairs, and over token types, with intervals.
Figure MakeEvidenceCorrelations(const Study& result);
/// The query slope and the key slope by layer and head.
Figure MakeSlopes(const Study& result);
/// The content, query-only, key-only and constant parts of the scores by layer.
Figure MakeSplit(const Study& result);
/// One point per token type; the most extreme types are named.
Figure MakeTypes(const Study& result);
/// Bin means with intervals over sequences.
Figure MakePart6Bands(const Study& result);

}  // namespace zipflens
