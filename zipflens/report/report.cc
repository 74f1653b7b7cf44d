#include "zipflens/report/report.h"

#include "zipflens/report/figure_text.h"
#include "zipflens/report/part_figures.h"

namespace zipflens {

namespace {

bool IsDrawnWithNull(const std::string& name) {
  return name == "part4b" || name == "part6" || name == "honest_correlations" ||
         name == "part6_bands";
}

/// What every figure says in the same words: warnings, what was left out, the null.
Figure Finished(const StudyResult& result, Figure figure) {
  const auto warnings = result.info.figure_warnings.find(figure.name);
  if (warnings != result.info.figure_warnings.end()) figure.warnings = warnings->second;
  if (figure.name == "part1" || figure.name == "part2") return figure;
  const std::string left_out = LeftOutSentence(result.info);
  if (!left_out.empty()) figure.caption += " " + left_out;
  if (result.null_study != nullptr && IsDrawnWithNull(figure.name)) {
    figure.caption +=
        " Grey: the same under a null, " + NullText(result.null_study->info.null_kind) + ".";
  }
  return figure;
}

}  // namespace

std::vector<FigureMaker> FigureMakers(const StudyResult& result, const ReportOptions& options) {
  const auto of = [&result](Figure (*make)(const StudyResult&)) {
    return FigureMaker([&result, make] { return Finished(result, make(result)); });
  };
  const auto with = [&result, options](Figure (*make)(const StudyResult&, const ReportOptions&)) {
    return FigureMaker(
        [&result, options, make] { return Finished(result, make(result, options)); });
  };
  return {of(MakePart1),
          of(MakePart2),
          of(MakePart4a),
          of(MakePart4b),
          of(MakePart5a),
          with(MakePart5b),
          of(MakePart5Edges),
          with(MakePart5c),
          of(MakePart5d),
          of(MakePart6),
          of(MakeHonestCorrelations),
          of(MakePart6Bands),
          of(MakeTypes),
          of(MakeSlopes),
          of(MakeSplit)};
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
