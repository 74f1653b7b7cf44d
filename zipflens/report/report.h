// A study's figures and its page.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_writer.h"
#include "zipflens/study/study.h"

namespace zipflens {

/// Choices that change how the figures look, not what they say.
struct ReportOptions {
  bool sequence_hues = false;  // part5b, part5c: one colour a sequence, as in the book
};

/// The notebook's ten figures in order (part1, part2, part4a, part4b, part5a, part5b, part5_edges,
/// part5c, part5d, part6), then evidence_correlations, part6_bands, types, slopes, split. A figure
/// whose numbers the study does not have says so, as does every panel without a value. `result`
/// must outlive the makers.
std::vector<FigureMaker> FigureMakers(const Study& result, const ReportOptions& options);

/// Why a figure has no picture, by the figure's name; only of those that have none.
using NotDrawn = std::map<std::string, std::string>;

/// One sentence for each reason: "2 figures were not drawn (part1, part2): no gnuplot". Empty if
/// all were drawn.
std::vector<std::string> NotDrawnSentences(const NotDrawn& not_drawn);

/// One self-contained page: what was studied, the numbers, every figure (from `figures_folder`,
/// inline) with its caption as text alternative, or why it was not drawn, warnings and what was
/// left out. Opens offline. Of `figures` only name, width, height and texts are read.
std::string MakeReportPage(const Study& result, const std::vector<Figure>& figures,
                           const std::filesystem::path& figures_folder,
                           const NotDrawn& not_drawn = {});

/// Where figures and page lie within a study's folder.
inline constexpr const char* kFiguresFolder = "figures";
inline constexpr const char* kReportPage = "report.html";

/// How a study's figures are drawn.
struct DrawingOptions {
  ReportOptions report;
  FigureOptions figures;
};

/// What came of drawing: every figure, drawn or not.
struct DrawnFigures {
  std::vector<Figure> figures;
  NotDrawn not_drawn;
};

/// Draws every figure of the study into the existing `figures_folder`, as WriteFigures does. A
/// figure that cannot be drawn does not stop the others; `observer` hears of it as a warning.
DrawnFigures DrawFigures(const Study& study, const std::filesystem::path& figures_folder,
                         const DrawingOptions& options, ProgressObserver* observer);

/// Writes the page of the study to `page`; `drawn`: from DrawFigures into `figures_folder`. Throws
/// OutputError.
void WritePage(const Study& study, const DrawnFigures& drawn,
               const std::filesystem::path& figures_folder, const std::filesystem::path& page);

/// Study::Save, with figures and page in the folder. study.json records how long drawing took and
/// which figures were not drawn.
DrawnFigures SaveWithFigures(Study& study, const std::filesystem::path& folder,
                             AtomicOutput::Existing existing, const DrawingOptions& options,
                             ProgressObserver* observer);

/// Draws a saved study again, in place of the figures and the page in its folder. Throws
/// OutputError if no figure can be drawn; then the old ones stay.
DrawnFigures RedrawFigures(const Study& study, const DrawingOptions& options,
                           ProgressObserver* observer);

/// Draws a study into a new folder, without a page. Throws as RedrawFigures.
DrawnFigures DrawFiguresInto(const Study& study, const std::filesystem::path& new_folder,
                             const DrawingOptions& options, ProgressObserver* observer);

}  // namespace zipflens
