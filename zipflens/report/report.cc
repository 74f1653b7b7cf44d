#include "zipflens/report/report.h"

#include "zipflens/report/part_figures.h"

namespace zipflens {

std::vector<Figure> MakeFigures(const StudyResult& result, const ReportOptions& options) {
  return {MakePart1(result),      MakePart2(result),           MakePart4a(result),
          MakePart4b(result),     MakePart5a(result),          MakePart5b(result, options),
          MakePart5Edges(result), MakePart5c(result, options), MakePart5d(result),
          MakePart6(result)};
}

}  // namespace zipflens
