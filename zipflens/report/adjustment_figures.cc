// Figures of part 4: norms of attention outputs by token frequency.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "zipflens/figures/raster_layer.h"
#include "zipflens/report/figure_parts.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/part_figures.h"

namespace zipflens {
namespace {

constexpr std::size_t kMeanBins = 20;

const Correlation* OfLayer(const std::vector<Correlation>& correlations, int layer) {
  const auto found = std::find_if(correlations.begin(), correlations.end(),
                                  [&](const Correlation& c) { return c.layer == layer; });
  return found == correlations.end() ? nullptr : &*found;
}

/// Adds all positions of a layer. The first position of each sequence is a series of its own, drawn
/// as crosses.
void AddScatter(const Study& result, const LayerAdjustments& adjustments, Panel& panel) {
  Series points{.name = "token"};
  Series first{.name = "token at position 0 (not in r)", .mark = Mark::kCrosses};
  const std::size_t length = result.info.sequence_length;
  for (std::size_t i = 0; i < adjustments.log_norm.size(); ++i) {
    Series& series = i % length == 0 ? first : points;
    series.x.push_back(result.log_proportions[i]);
    series.y.push_back(adjustments.log_norm[i]);
  }
  BinnedLine means = EqualCountMeans(points.x, points.y, kMeanBins);
  Series line{.name = fmt::format("mean in {} bins of equal count", kMeanBins),
              .mark = Mark::kLinePoints};
  line.x = std::move(means.x);
  line.y = std::move(means.y);
  line.colour = Colour::kBlue;
  line.size = 0.9;
  points.size = 0.3;
  points.opacity = 0.22;
  first.colour = Colour::kVermillion;
  first.size = 0.5;
  first.opacity = 0.85;
  panel.series = {std::move(points), std::move(first), std::move(line)};
}

}  // namespace

Figure MakePart4a(const Study& result) {
  const std::vector<Correlation> by_layer = result.ByLayer(Measure::kLogNorm);
  Figure figure;
  figure.name = "part4a";
  figure.height_mm = 72;
  std::uint64_t num_points = 0;
  for (const LayerAdjustments& adjustments : result.adjustments) {
    const Correlation* found = OfLayer(by_layer, adjustments.layer);
    Panel panel;
    panel.letter = PanelLetter(figure.panels.size());
    const double r = found == nullptr ? std::numeric_limits<double>::quiet_NaN() : found->estimate;
    panel.title = fmt::format("layer {}, r = {}", adjustments.layer, RText(r));
    if (found != nullptr) num_points = found->n;
    panel.x.label = kLogProportionLabel;
    panel.y.label = "ln norm of attention output";
    AddScatter(result, adjustments, panel);
    figure.panels.push_back(std::move(panel));
  }
  if (figure.panels.empty())
    figure.panels.push_back({.title = "no layer of this figure was studied"});
  figure.grid_cols = figure.panels.size();
  if (figure.grid_cols == 1) figure.width_mm = 85, figure.height_mm = 82;
  figure.legend = true;
  std::vector<std::string> remarks = {fmt::format(
      "n\u00a0=\u00a0{} tokens per layer; position 0 is not in r", CountText(num_points))};
  if (ArePiled(figure.panels[0])) remarks.push_back(PiledRemark(/*hues=*/false));
  for (const std::string& remark : TokenRemarks(result.info)) remarks.push_back(remark);
  figure.footnote = Footnote(result.info, remarks);
  figure.caption =
      "The natural log of the Euclidean norm of a token's attention output, by the token's "
      "log-proportion. Each grey point is one token; the blue line is the mean. The first token "
      "of each sequence is a cross and is not in r. The same token type occurs many times, so the "
      "points are not independent.";
  return figure;
}

Figure MakePart4b(const Study& result) {
  const std::vector<Correlation> by_layer = result.ByLayer(Measure::kLogNorm);
  std::uint64_t num_points = 0;
  for (const Correlation& correlation : by_layer) num_points = std::max(num_points, correlation.n);
  std::size_t num_positive = 0;
  for (const Correlation& correlation : by_layer) num_positive += correlation.estimate > 0 ? 1 : 0;
  Panel panel;
  panel.title = fmt::format("r > 0 in {} of {}", num_positive, Counted(by_layer.size(), "layer"));
  panel.x = LayerAxis(result.info);
  panel.y = CorrelationAxis("r of log-proportion and ln norm");
  panel.colour_bar = DepthBar(result.info, /*shown=*/false);
  AddNullCorrelations(result, Measure::kLogNorm, "null", panel);
  AddLayerCorrelations(by_layer, panel);

  Figure figure;
  figure.name = "part4b";
  figure.width_mm = 85;
  figure.height_mm = 70;
  figure.panels = {std::move(panel)};
  std::vector<std::string> remarks = {
      fmt::format("n\u00a0=\u00a0{} tokens per layer, without position 0", CountText(num_points))};
  for (const std::string& remark : TokenRemarks(result.info)) remarks.push_back(remark);
  figure.footnote = Footnote(result.info, remarks);
  figure.caption =
      "Pearson correlation of a token's log-proportion with the log norm of its attention output, "
      "over all sequences and all positions except the first, by layer. Above the dashed line, "
      "more frequent tokens have larger norms; below it, smaller norms.";
  return figure;
}

}  // namespace zipflens
