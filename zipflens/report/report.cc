#include "zipflens/report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "zipflens/report/figure_text.h"
#include "zipflens/report/part_figures.h"

namespace zipflens {

namespace {

bool IsDrawnWithNull(const std::string& name) {
  return name == "part4b" || name == "part6" || name == "honest_correlations" ||
         name == "part6_bands";
}

bool HasFinite(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

bool ShowsAnything(const Panel& panel) {
  const bool has_point =
      std::any_of(panel.series.begin(), panel.series.end(), [](const Series& series) {
        return HasFinite(series.x) && (HasFinite(series.y) || HasFinite(series.lower));
      });
  const bool has_cell =
      panel.image && std::any_of(panel.image->values.begin(), panel.image->values.end(),
                                 [](float value) { return std::isfinite(value); });
  return has_point || has_cell;
}

/// What every figure says in the same words: panels without a value, warnings, what was left out,
/// the null.
Figure Finished(const StudyResult& result, Figure figure) {
  for (Panel& panel : figure.panels) {
    if (panel.remark.empty() && !ShowsAnything(panel)) panel.remark = "no value is defined";
  }
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
  const auto of = [&result](const char* name, Figure (*make)(const StudyResult&)) {
    return FigureMaker{name, [&result, make] { return Finished(result, make(result)); }};
  };
  const auto with = [&result, options](const char* name,
                                       Figure (*make)(const StudyResult&, const ReportOptions&)) {
    return FigureMaker{
        name, [&result, options, make] { return Finished(result, make(result, options)); }};
  };
  return {of("part1", MakePart1),
          of("part2", MakePart2),
          of("part4a", MakePart4a),
          of("part4b", MakePart4b),
          of("part5a", MakePart5a),
          with("part5b", MakePart5b),
          of("part5_edges", MakePart5Edges),
          with("part5c", MakePart5c),
          of("part5d", MakePart5d),
          of("part6", MakePart6),
          of("honest_correlations", MakeHonestCorrelations),
          of("part6_bands", MakePart6Bands),
          of("types", MakeTypes),
          of("slopes", MakeSlopes),
          of("split", MakeSplit)};
}

std::vector<Figure> MakeFigures(const StudyResult& result, const ReportOptions& options) {
  std::vector<Figure> figures;
  for (const FigureMaker& maker : FigureMakers(result, options)) figures.push_back(maker.make());
  return figures;
}

std::vector<std::string> NotDrawnSentences(const NotDrawn& not_drawn) {
  std::map<std::string, std::vector<std::string>> names_by_reason;
  for (const auto& [name, reason] : not_drawn) names_by_reason[reason].push_back(name);
  std::vector<std::string> sentences;
  for (const auto& [reason, names] : names_by_reason) {
    sentences.push_back(fmt::format(
        "{} not drawn ({}): {}",
        names.size() == 1 ? "1 figure was" : fmt::format("{} figures were", names.size()),
        fmt::join(names, ", "), reason));
  }
  return sentences;
}

DrawnStudy DrawStudy(const StudyResult& result, const std::filesystem::path& figures_folder,
                     const ReportOptions& report_options, const FigureOptions& figure_options,
                     ProgressObserver* observer) {
  DrawnStudy drawn;
  std::vector<Figure> figures;
  for (WrittenFigure& written : WriteFigures(FigureMakers(result, report_options), figures_folder,
                                             figure_options, observer)) {
    if (!written.not_drawn.empty()) drawn.not_drawn[written.figure.name] = written.not_drawn;
    figures.push_back(std::move(written.figure));
  }
  drawn.num_figures = figures.size();
  for (const std::string& sentence : NotDrawnSentences(drawn.not_drawn)) {
    if (observer != nullptr) observer->OnMessage("warning: " + sentence);
  }
  drawn.page = MakeReportPage(result, figures, figures_folder, drawn.not_drawn);
  return drawn;
}

}  // namespace zipflens
