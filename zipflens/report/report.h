// A study's figures and its page.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_writer.h"
#include "zipflens/study/study_result.h"

namespace zipflens {

/// Choices that change how the figures look, not what they say.
struct ReportOptions {
  bool sequence_hues = false;  // part5b, part5c: one colour a sequence, as in the book
};

/// The notebook's ten figures in order (part1, part2, part4a, part4b, part5a, part5b, part5_edges,
/// part5c, part5d, part6), then honest_correlations, part6_bands, types, slopes, split. A figure
/// whose numbers the study does not have says so. `result` must outlive the makers.
std::vector<FigureMaker> FigureMakers(const StudyResult& result, const ReportOptions& options);
std::vector<Figure> MakeFigures(const StudyResult& result, const ReportOptions& options);

/// One self-contained page: what was studied, the numbers, every figure (from `figures_folder`,
/// inline) with its caption as text alternative, warnings and what was left out. Opens offline. Of
/// `figures` only name, width, height and texts are read.
std::string MakeReportPage(const StudyResult& result, const std::vector<Figure>& figures,
                           const std::filesystem::path& figures_folder);

/// Draws every figure of the study into the existing `figures_folder`, as WriteFigures does, and
/// returns the page.
std::string DrawStudy(const StudyResult& result, const std::filesystem::path& figures_folder,
                      const ReportOptions& report_options, const FigureOptions& figure_options,
                      ProgressObserver* observer);

}  // namespace zipflens
