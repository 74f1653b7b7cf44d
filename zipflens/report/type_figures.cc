// Figure types: one point per token type of the batch; the most extreme types are named.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "zipflens/base/numbers.h"
#include "zipflens/figures/ticks.h"
#include "zipflens/report/figure_parts.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/part_figures.h"

namespace zipflens {
namespace {

constexpr std::size_t kMeanBins = 20;
constexpr std::uint64_t kFewestOccurrences = 5;  // in the batch, of a type that is named
constexpr std::size_t kNamedEachSide = 4;
constexpr std::size_t kNamedFrequent = 3;

/// The layer that is shown: the middle one of the studied layers.
int ShownLayer(const Study& result) {
  std::set<int> layers;
  for (const TypeRow& row : result.types) layers.insert(row.layer);
  if (layers.empty()) return -1;
  return *std::next(layers.begin(), layers.size() / 2);
}

/// Residuals of y from the least-squares line on x.
std::vector<double> Residuals(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = Real(x.size());
  const double mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n;
  const double mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xx = 0;
  double xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  const double slope = xx > 0 ? xy / xx : 0.0;
  std::vector<double> residuals;
  for (std::size_t i = 0; i < x.size(); ++i) {
    residuals.push_back(y[i] - mean_y - slope * (x[i] - mean_x));
  }
  return residuals;
}

/// Indices of the types that are named: farthest above the line, farthest below it, and the most
/// frequent, of those with at least kFewestOccurrences.
std::vector<std::size_t> ExtremeTypes(const std::vector<double>& x, const std::vector<double>& y,
                                      const std::vector<std::uint64_t>& occurrences) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (occurrences[i] >= kFewestOccurrences) order.push_back(i);
  }
  if (order.empty()) return {};
  const std::vector<double> residuals = Residuals(x, y);
  std::set<std::size_t> chosen;
  const auto choose = [&](std::size_t num, const std::vector<double>& key, double sign) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t i, std::size_t j) { return sign * key[i] > sign * key[j]; });
    chosen.insert(order.begin(), order.begin() + std::min(num, order.size()));
  };
  choose(kNamedEachSide, residuals, 1);
  choose(kNamedEachSide, residuals, -1);
  choose(kNamedFrequent, x, 1);
  return {chosen.begin(), chosen.end()};
}

/// "r = 0.31 [0.27, 0.35], p < 0.001".
std::string RWithInterval(const Study& result, Measure measure, int layer) {
  for (const Correlation& row : result.ByLayer(measure)) {
    if (row.layer != layer) continue;
    std::string text = "r = " + RText(row.estimate);
    if (std::isfinite(row.lower) && std::isfinite(row.upper)) {
      text += fmt::format(" [{},\u00a0{}]", RText(row.lower), RText(row.upper));
    }
    if (std::isfinite(row.p)) {
      text += row.p < 0.001 ? ", p\u00a0<\u00a00.001" : ", p\u00a0=\u00a0" + NumberText(row.p, 3);
    }
    return text;
  }
  return "";
}

struct Quantity {
  double TypeRow::*value;
  Measure measure;
  const char* name;
  const char* label;
};
constexpr Quantity kQuantities[] = {
    {&TypeRow::mean_log_norm, Measure::kTypeLogNorm, "norm", "mean ln norm of attention output"},
    {&TypeRow::mean_row_score, Measure::kTypeRowScore, "as query",
     "mean score as query (softmax removes it)"},
    {&TypeRow::mean_column_score, Measure::kTypeColumnScore, "as key", "mean score as key"}};

Panel TypePanel(const Study& result, const Quantity& quantity, int layer) {
  Series points{.name = "token type"};
  std::vector<std::uint64_t> occurrences;
  std::vector<std::int32_t> ids;
  for (const TypeRow& row : result.types) {
    const double value = row.*quantity.value;
    if (row.layer != layer || !std::isfinite(value) || !std::isfinite(row.log_proportion)) continue;
    points.x.push_back(row.log_proportion);
    points.y.push_back(value);
    occurrences.push_back(row.occurrences);
    ids.push_back(row.id);
  }
  Series named{.name = "named", .mark = Mark::kPoints};
  for (const std::size_t i : ExtremeTypes(points.x, points.y, occurrences)) {
    const std::size_t id = ids[i];
    named.x.push_back(points.x[i]);
    named.y.push_back(points.y[i]);
    named.point_labels.push_back(id < result.tokens.size() ? result.tokens[id] : "");
  }
  BinnedLine means = EqualCountMeans(points.x, points.y, kMeanBins);
  Series line{.name = fmt::format("mean in {} bins", kMeanBins), .mark = Mark::kLinePoints};
  line.x = std::move(means.x);
  line.y = std::move(means.y);
  line.colour = Colour::kBlue;
  line.size = 0.9;
  points.size = 0.33;
  points.opacity = 0.25;
  named.colour = Colour::kVermillion;
  named.size = 0.45;

  Panel panel;
  panel.title = quantity.name;
  const std::string r = RWithInterval(result, quantity.measure, layer);
  if (!r.empty()) panel.title += ": " + r;
  panel.x.label = kLogProportionLabel;
  panel.y.label = quantity.label;
  if (points.x.empty()) panel.remark = "not computed";
  panel.series = {std::move(points), std::move(line), std::move(named)};
  return panel;
}

}  // namespace

Figure MakeTypes(const Study& result) {
  const int layer = ShownLayer(result);
  Figure figure;
  figure.name = "types";
  figure.height_mm = 84;
  figure.grid_cols = 3;
  for (const Quantity& quantity : kQuantities) {
    Panel panel = TypePanel(result, quantity, layer);
    panel.letter = PanelLetter(figure.panels.size());
    figure.panels.push_back(std::move(panel));
  }
  figure.legend = true;
  std::vector<std::string> remarks;
  if (layer >= 0) {
    remarks.push_back(fmt::format("Layer {}, n\u00a0=\u00a0{}", layer,
                                  Counted(figure.panels[0].series[0].x.size(), "type")));
  }
  remarks.push_back(fmt::format(
      "Named: of the types that occur {} times or more, the most frequent and the farthest from a "
      "straight line",
      kFewestOccurrences));
  for (const std::string& remark : TokenRemarks(result.info)) remarks.push_back(remark);
  figure.footnote = Footnote(result.info, remarks);
  figure.caption = fmt::format(
      "One point per token type of the batch{}, by its log-proportion: the mean over its "
      "occurrences of A, the log norm of its attention output; B, its mean score as a query, which "
      "softmax removes; C, its mean score as a key. Each type counts once, however often it "
      "occurs, so the points are "
      "not repeats of a few frequent tokens. p comes from permuting the log-proportions over the "
      "types. Types may differ in more than frequency: word class, position, length.",
      layer >= 0 ? fmt::format(", layer {}", layer) : "");
  return figure;
}

}  // namespace zipflens
