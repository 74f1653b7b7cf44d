#include "zipflens/report/report.h"

#include "zipflens/report/part_figures.h"

namespace zipflens {

std::vector<Figure> MakeFigures(const StudyResult& result, const ReportOptions& options) {
  return {MakePart1(result),      MakePart2(result),           MakePart4a(result),
          MakePart4b(result),     MakePart5a(result),          MakePart5b(result, options),
          MakePart5Edges(result), MakePart5c(result, options), MakePart5d(result),
          MakePart6(result)};
}

std::string DrawStudy(const StudyResult& result, const std::filesystem::path& figures_folder,
                      const ReportOptions& report_options, const FigureOptions& figure_options,
                      ProgressObserver* observer) {
  const std::vector<Figure> figures = MakeFigures(result, report_options);
  WriteFigures(figures, figures_folder, figure_options, observer);
  return MakeReportPage(result, figures, figures_folder);
}

}  // namespace zipflens
