// A study's figures and its page.
#pragma once

#include <filesystem>
#include <map>
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
/// whose numbers the study does not have says so, as does every panel without a value. `result`
/// must outlive the makers.
std::vector<FigureMaker> FigureMakers(const StudyResult& result, const ReportOptions& options);
std::vector<Figure> MakeFigures(const StudyResult& result, const ReportOptions& options);

/// Why a figure has no picture, by the figure's name; only of those that have none.
using NotDrawn = std::map<std::string, std::string>;

/// One sentence for each reason: "2 figures were not drawn (part1, part2): no gnuplot". Empty if
/// all were drawn.
std::vector<std::string> NotDrawnSentences(const NotDrawn& not_drawn);

/// One self-contained page: what was studied, the numbers, every figure (from `figures_folder`,
/// inline) with its caption as text alternative, or why it was not drawn, warnings and what was
/// left out. Opens offline. Of `figures` only name, width, height and texts are read.
std::string MakeReportPage(const StudyResult& result, const std::vector<Figure>& figures,
                           const std::filesystem::path& figures_folder,
                           const NotDrawn& not_drawn = {});

struct DrawnStudy {
  std::string page;
  std::size_t num_figures = 0;  // drawn or not
  NotDrawn not_drawn;
};

/// Draws every figure of the study into the existing `figures_folder`, as WriteFigures does. A
/// figure that cannot be drawn does not stop the others; `observer` hears of it as a warning.
DrawnStudy DrawStudy(const StudyResult& result, const std::filesystem::path& figures_folder,
                     const ReportOptions& report_options, const FigureOptions& figure_options,
                     ProgressObserver* observer);

}  // namespace zipflens
