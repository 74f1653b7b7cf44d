// One function a figure of the notebook (analysis.md); MakeFigures calls them in order.
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

}  // namespace zipflens
