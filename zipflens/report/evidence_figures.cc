// Figure evidence_correlations: the notebook's r by layer beside r over pairs and over token types.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "zipflens/base/numbers.h"
#include "zipflens/report/figure_parts.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/part_figures.h"

namespace zipflens {
namespace {

/// How the points of one measure look.
struct Look {
  std::string name;
  Colour colour = Colour::kBlack;
  int place = 0;  // among the points of a layer: -1 is left, 0 in the middle, 1 right
};

/// The distance in mm between the points of one layer, which are drawn side by side.
double ShiftStep(const StudyInfo& info) {
  constexpr double kPlotWidth = 42;  // mm, about
  return std::min(0.9, kPlotWidth / std::max(1.0, Real(info.shape.num_layers)) / 3.2);
}

double PointSize(const StudyInfo& info) { return info.shape.num_layers > 16 ? 0.42 : 0.6; }

/// Adds points with intervals: discs if r is significant or there is no test, rings otherwise.
void AddIntervals(const Study& result, Measure measure, const Look& look, Panel& panel) {
  Series discs{.name = look.name, .mark = Mark::kIntervals};
  discs.colour = look.colour;
  discs.size = PointSize(result.info);
  discs.shift_mm = look.place * ShiftStep(result.info);
  Series rings = discs;
  rings.hollow = true;
  for (const Correlation& row : result.ByLayer(measure)) {
    const bool is_ring = EvidenceFor(row.estimate, row) == Evidence::kNotSignificant;
    Series& points = is_ring ? rings : discs;
    points.x.push_back(row.layer);
    points.y.push_back(row.estimate);
    points.lower.push_back(row.lower);
    points.upper.push_back(row.upper);
  }
  if (discs.x.empty() && rings.x.empty()) return;
  rings.in_legend = discs.x.empty();
  discs.in_legend = !rings.in_legend;
  for (Series* series : {&discs, &rings}) {
    if (!series->x.empty()) panel.series.push_back(std::move(*series));
  }
}

/// Adds the notebook's r as diamonds, and under the null hypothesis as grey diamonds.
void AddNotebook(const Study& result, Measure measure, const std::string& name, bool with_null,
                 Panel& panel) {
  const auto add = [&](const Study& study, const std::string& series_name, Colour colour) {
    Series points{.name = series_name, .mark = Mark::kDiamonds};
    points.colour = colour;
    points.size = PointSize(result.info) + 0.12;
    points.shift_mm = -ShiftStep(result.info);
    for (const Correlation& row : study.ByLayer(measure)) {
      points.x.push_back(row.layer);
      points.y.push_back(row.estimate);
    }
    if (!points.x.empty()) panel.series.push_back(std::move(points));
  };
  if (with_null && result.null_study != nullptr) {
    add(*result.null_study, name + ", null (one draw)", Colour::kLightGrey);
  }
  add(result, name, Colour::kOrange);
}

/// "significant in 4 of 6 layers". Empty if nothing was tested.
std::string TestedText(const std::vector<Correlation>& rows) {
  std::size_t num_tested = 0;
  for (const Correlation& row : rows) num_tested += std::isnan(row.q) ? 0 : 1;
  if (num_tested == 0) return "";
  return fmt::format("significant in {} of {}", std::ranges::count_if(rows, IsSignificant),
                     Counted(num_tested, "layer"));
}

/// The largest |r|, such as "0.12".
std::string LargestText(const std::vector<Correlation>& rows) {
  double largest = std::numeric_limits<double>::quiet_NaN();
  for (const Correlation& row : rows) {
    if (std::isfinite(row.estimate)) largest = std::fmax(largest, std::abs(row.estimate));
  }
  return RText(largest);
}

Panel LayerPanel(const Study& result, const std::string& letter) {
  Panel panel{.letter = letter};
  panel.x = LayerAxis(result.info);
  panel.y = CorrelationAxis("r");
  panel.legend = true;
  return panel;
}

void SayIfEmpty(const std::vector<Correlation>& rows, Panel& panel) {
  if (rows.empty()) panel.remark = "this study has no such r";
}

Panel NormPanel(const Study& result) {
  Panel panel = LayerPanel(result, "A");
  const std::vector<Correlation> types = result.ByLayer(Measure::kTypeLogNorm);
  const std::string tested = TestedText(types);
  panel.title = "norms by type" + (tested.empty() ? "" : ": " + tested);
  AddNullCorrelations(result, Measure::kTypeLogNorm, "types, null", panel);
  AddNotebook(result, Measure::kLogNorm, "tokens (part 4)", /*with_null=*/true, panel);
  AddIntervals(result, Measure::kTypeLogNorm, {"token types", Colour::kBlue, 1}, panel);
  SayIfEmpty(types, panel);
  return panel;
}

Panel PairPanel(const Study& result) {
  Panel panel = LayerPanel(result, "B");
  const std::vector<Correlation> pairs = result.ByLayer(Measure::kPair);
  panel.title = fmt::format("scores: |r| up to {} over bins, but {} over pairs",
                            LargestText(result.ByLayer(Measure::kBinMean)), LargestText(pairs));
  AddNullCorrelations(result, Measure::kPair, "pairs, null", panel);
  AddNotebook(result, Measure::kBinMean, "bin means (part 6)", /*with_null=*/true, panel);
  AddIntervals(result, Measure::kPair, {"pairs", Colour::kBlue, 0}, panel);
  AddIntervals(result, Measure::kPairRowCentred, {"pairs, row-centred", Colour::kGreen, 1}, panel);
  SayIfEmpty(pairs, panel);
  return panel;
}

Panel TypePanel(const Study& result) {
  Panel panel = LayerPanel(result, "C");
  const std::vector<Correlation> queries = result.ByLayer(Measure::kTypeRowScore);
  const std::vector<Correlation> keys = result.ByLayer(Measure::kTypeColumnScore);
  panel.title = fmt::format("scores by type: |r| up to {} as query, {} as key",
                            LargestText(queries), LargestText(keys));
  AddNullCorrelations(result, Measure::kTypeRowScore, "types, null", panel);
  const std::size_t num_named = panel.series.size();
  AddNullCorrelations(result, Measure::kTypeColumnScore, "types as key, null", panel);
  for (std::size_t i = num_named; i < panel.series.size(); ++i) panel.series[i].in_legend = false;
  AddNotebook(result, Measure::kBinMean, "bin means (part 6)", /*with_null=*/false, panel);
  AddIntervals(result, Measure::kTypeRowScore, {"query (softmax removes it)", Colour::kBlue, 0},
               panel);
  AddIntervals(result, Measure::kTypeColumnScore, {"key", Colour::kGreen, 1}, panel);
  SayIfEmpty(queries, panel);
  return panel;
}

}  // namespace

Figure MakeEvidenceCorrelations(const Study& result) {
  Figure figure;
  figure.name = "evidence_correlations";
  figure.height_mm = 88;
  figure.grid_cols = 3;
  figure.panels = {NormPanel(result), PairPanel(result), TypePanel(result)};
  std::vector<std::string> remarks = {
      "Lines: 95\u00a0% intervals, over types or over sequences; rings: not significant "
      "(q \u2265 0.05, or the interval includes 0)"};
  const std::vector<Correlation> types = result.ByLayer(Measure::kTypeLogNorm);
  if (!types.empty()) {
    remarks.push_back(fmt::format("n\u00a0=\u00a0{}", Counted(types[0].n, "type")));
  }
  for (const std::string& remark : TokenRemarks(result.info)) remarks.push_back(remark);
  figure.footnote = Footnote(result.info, remarks);
  figure.caption =
      "Correlation with token frequency by layer: the notebook's numbers (diamonds) beside those "
      "over single pairs and over token types (one point per type), with 95 % intervals. A: norms "
      "of the attention output; B: scores over pairs; C: mean scores of types. Softmax removes "
      "what "
      "types have as a query. A diamond near 1 beside a pair-level r near 0 means a straight "
      "profile of averages, not a strong relation. A ring marks a correlation that is not "
      "significant. None of these numbers shows a cause.";
  return figure;
}

}  // namespace zipflens
