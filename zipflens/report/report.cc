#include "zipflens/report/report.h"

#include "zipflens/report/part_figures.h"

namespace zipflens {

std::vector<FigureMaker> FigureMakers(const StudyResult& result, const ReportOptions& options) {
  const auto of = [&result](Figure (*make)(const StudyResult&)) {
    return FigureMaker([&result, make] { return make(result); });
  };
  const auto with = [&result, options](Figure (*make)(const StudyResult&, const ReportOptions&)) {
    return FigureMaker([&result, options, make] { return make(result, options); });
  };
  return {of(MakePart1),    of(MakePart2),      of(MakePart4a),   of(MakePart4b), of(MakePart5a),
          with(MakePart5b), of(MakePart5Edges), with(MakePart5c), of(MakePart5d), of(MakePart6)};
}

std::vector<Figure> MakeFigures(const StudyResult& result, const ReportOptions& options) {
  std::vector<Figure> figures;
  for (const FigureMaker& make : FigureMakers(result, options)) figures.push_back(make());
  return figures;
}

std::string DrawStudy(const StudyResult& result, const std::filesystem::path& figures_folder,
                      const ReportOptions& report_options, const FigureOptions& figure_options,
                      ProgressObserver* observer) {
  const std::vector<Figure> figures =
      WriteFigures(FigureMakers(result, report_options), figures_folder, figure_options, observer);
  return MakeReportPage(result, figures, figures_folder);
}

}  // namespace zipflens
