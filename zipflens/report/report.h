// Draws a study's figures and writes its page.
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
  bool sequence_hues = false;  // part5b, part5c: one colour per sequence, as in the book
};

/// The notebook's ten figures in order (part1, part2, part4a, part4b, part5a, part5b, part5_edges,
/// part5c, part5d, part6), then evidence_correlations, part6_bands, types, slopes, split. If the
/// study does not have a figure's numbers, or a panel has no value, the figure says so. `result`
/// must outlive the makers.
std::vector<FigureMaker> FigureMakers(const Study& result, const ReportOptions& options);

/// For each figure that has no picture: its name, and the reason.
using NotDrawn = std::map<std::string, std::string>;

/// One sentence per reason, such as "2 figures were not drawn (part1, part2): out of memory". Empty
/// if all were drawn.
std::vector<std::string> NotDrawnSentences(const NotDrawn& not_drawn);

/// Returns one self-contained HTML page, which opens offline: what was studied, the warnings, the
/// numbers, what was left out, and every figure. A figure is inlined from `figures_folder`, with
/// its caption as text alternative; if it was not drawn, the page says why. Only name, width,
/// height and texts of `figures` are read.
std::string MakeReportPage(const Study& result, const std::vector<Figure>& figures,
                           const std::filesystem::path& figures_folder,
                           const NotDrawn& not_drawn = {});

/// Names of the figures' folder and of the page in a study's folder.
inline constexpr const char* kFiguresFolder = "figures";
inline constexpr const char* kReportPage = "report.html";

/// How a study's figures are drawn.
struct DrawingOptions {
  ReportOptions report;
  FigureOptions figures;
};

/// Every figure, and which of them were not drawn.
struct DrawnFigures {
  std::vector<Figure> figures;
  NotDrawn not_drawn;
};

/// Draws every figure of the study into the existing folder `figures_folder`, by WriteFigures. A
/// figure that cannot be drawn does not stop the others; `observer` receives a warning.
DrawnFigures DrawFigures(const Study& study, const std::filesystem::path& figures_folder,
                         const DrawingOptions& options, ProgressObserver* observer);

/// Writes the page of the study to the file `page`. `drawn` is what DrawFigures returned for
/// `figures_folder`. Throws OutputError.
void WritePage(const Study& study, const DrawnFigures& drawn,
               const std::filesystem::path& figures_folder, const std::filesystem::path& page);

/// Saves the study (Study::Save) with figures and page in its folder. study.json records how long
/// drawing took and which figures were not drawn.
DrawnFigures SaveWithFigures(Study& study, const std::filesystem::path& folder,
                             AtomicOutput::Existing existing, const DrawingOptions& options,
                             ProgressObserver* observer);

/// Draws the figures of a saved study again and replaces the figures and the page in its folder.
/// Throws OutputError if no figure can be drawn; then the old ones stay.
DrawnFigures RedrawFigures(const Study& study, const DrawingOptions& options,
                           ProgressObserver* observer);

/// Draws the figures of a study into a new folder, without a page. Throws OutputError if no figure
/// can be drawn; then there is no new folder.
DrawnFigures DrawFiguresInto(const Study& study, const std::filesystem::path& new_folder,
                             const DrawingOptions& options, ProgressObserver* observer);

}  // namespace zipflens
