#include "zipflens/report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/part_figures.h"
#include "zipflens/study/run_record.h"

namespace zipflens {

namespace {

bool IsDrawnWithNull(const std::string& name, std::size_t num_draws) {
  // part5d has a band, and one draw has none.
  return name == "part4b" || name == "part6" || name == "evidence_correlations" ||
         name == "part6_bands" || (name == "part5d" && num_draws > 1);
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

/// Adds what every figure says in the same words: remarks in panels without a value, warnings, what
/// was left out, and the null hypothesis.
Figure Finished(const Study& result, Figure figure) {
  for (Panel& panel : figure.panels) {
    if (panel.remark.empty() && !ShowsAnything(panel)) panel.remark = "no value is defined";
  }
  const auto warnings = result.info.figure_warnings.find(figure.name);
  if (warnings != result.info.figure_warnings.end()) figure.warnings = warnings->second;
  if (figure.name == "part1" || figure.name == "part2") return figure;
  const std::string left_out = LeftOutSentence(result.info);
  if (!left_out.empty()) figure.caption += " " + left_out;
  std::size_t num_draws = result.info.options.num_null_draws;
  if (result.null_study != nullptr && IsDrawnWithNull(figure.name, num_draws)) {
    if (figure.name == "part6_bands") num_draws = 1;  // a null study has the bins of its first draw
    figure.caption += fmt::format(
        " Grey: {} of a null hypothesis, {}.",
        num_draws == 1 ? "one draw" : fmt::format("the central 95 % of {} draws", num_draws),
        NullText(result.null_study->info.null_kind));
  }
  return figure;
}

}  // namespace

std::vector<FigureMaker> FigureMakers(const Study& result, const ReportOptions& options) {
  const auto of = [&result](const char* name, Figure (*make)(const Study&)) {
    return FigureMaker{name, [&result, make] { return Finished(result, make(result)); }};
  };
  const auto with = [&result, options](const char* name,
                                       Figure (*make)(const Study&, const ReportOptions&)) {
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
          of("evidence_correlations", MakeEvidenceCorrelations),
          of("part6_bands", MakePart6Bands),
          of("types", MakeTypes),
          of("slopes", MakeSlopes),
          of("split", MakeSplit)};
}

std::vector<std::string> NotDrawnSentences(const NotDrawn& not_drawn) {
  std::map<std::string, std::vector<std::string>> names_by_reason;
  for (const auto& [name, reason] : not_drawn) names_by_reason[reason].push_back(name);
  std::vector<std::string> sentences;
  sentences.reserve(names_by_reason.size());
  for (const auto& [reason, names] : names_by_reason) {
    sentences.push_back(fmt::format(
        "{} not drawn ({}): {}",
        names.size() == 1 ? "1 figure was" : fmt::format("{} figures were", names.size()),
        fmt::join(names, ", "), reason));
  }
  return sentences;
}

DrawnFigures DrawFigures(const Study& study, const std::filesystem::path& figures_folder,
                         const DrawingOptions& options, ProgressObserver* observer) {
  DrawnFigures drawn;
  for (WrittenFigure& written : WriteFigures(FigureMakers(study, options.report), figures_folder,
                                             options.figures, observer)) {
    if (!written.not_drawn.empty()) drawn.not_drawn[written.figure.name] = written.not_drawn;
    drawn.figures.push_back(std::move(written.figure));
  }
  for (const std::string& sentence : NotDrawnSentences(drawn.not_drawn)) {
    if (observer != nullptr) observer->OnMessage("warning: " + sentence);
  }
  return drawn;
}

void WritePage(const Study& study, const DrawnFigures& drawn,
               const std::filesystem::path& figures_folder, const std::filesystem::path& page) {
  AtomicOutput output(page, AtomicOutput::Kind::kFile, AtomicOutput::Existing::kReplace);
  WriteFileOrThrow(output.temporary_path(),
                   MakeReportPage(study, drawn.figures, figures_folder, drawn.not_drawn));
  output.Commit();
}

DrawnFigures SaveWithFigures(Study& study, const std::filesystem::path& folder,
                             AtomicOutput::Existing existing, const DrawingOptions& options,
                             ProgressObserver* observer) {
  DrawnFigures drawn;
  study.Save(folder, existing, [&](const std::filesystem::path& unsaved) {
    const auto start = std::chrono::steady_clock::now();
    std::filesystem::create_directory(unsaved / kFiguresFolder);
    drawn = DrawFigures(study, unsaved / kFiguresFolder, options, observer);
    WritePage(study, drawn, unsaved / kFiguresFolder, unsaved / kReportPage);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    RecordFigures(unsaved, drawn.not_drawn, elapsed.count());
  });
  return drawn;
}

namespace {

DrawnFigures DrawAll(const Study& study, AtomicOutput& folder, const DrawingOptions& options,
                     ProgressObserver* observer) {
  DrawnFigures drawn = DrawFigures(study, folder.temporary_path(), options, observer);
  if (drawn.not_drawn.size() == drawn.figures.size()) {
    throw OutputError("no figure was drawn: " + drawn.not_drawn.begin()->second);
  }
  folder.Commit();
  return drawn;
}

}  // namespace

DrawnFigures RedrawFigures(const Study& study, const DrawingOptions& options,
                           ProgressObserver* observer) {
  const std::filesystem::path figures_folder = study.tables() / kFiguresFolder;
  AtomicOutput folder(figures_folder, AtomicOutput::Kind::kFolder,
                      AtomicOutput::Existing::kReplace);
  DrawnFigures drawn = DrawAll(study, folder, options, observer);
  WritePage(study, drawn, figures_folder, study.tables() / kReportPage);
  RecordFigures(study.tables(), drawn.not_drawn, /*seconds=*/std::nullopt);
  return drawn;
}

DrawnFigures DrawFiguresInto(const Study& study, const std::filesystem::path& new_folder,
                             const DrawingOptions& options, ProgressObserver* observer) {
  AtomicOutput folder(new_folder, AtomicOutput::Kind::kFolder, AtomicOutput::Existing::kRefuse);
  return DrawAll(study, folder, options, observer);
}

}  // namespace zipflens
