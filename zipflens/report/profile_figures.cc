// Figures of bin profiles: parts 5c and 5d for one layer, part 6 for all layers.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "zipflens/base/numbers.h"
#include "zipflens/figures/raster_layer.h"
#include "zipflens/figures/ticks.h"
#include "zipflens/report/figure_parts.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/part_figures.h"

namespace zipflens {
namespace {

constexpr const char* kMeanLabel = "mean score in the bin";
constexpr const char* kStdLabel = "std of scores in the bin";
constexpr std::size_t kMostSolidMarks = 1000;  // more marks of one kind are translucent

std::vector<double> Estimates(const std::vector<Correlation>& correlations) {
  std::vector<double> estimates;
  estimates.reserve(correlations.size());
  for (const Correlation& correlation : correlations) estimates.push_back(correlation.estimate);
  return estimates;
}

/// Factor of the opacity of each of `num_lines` lines: 1 for up to 64 lines, less for more.
double Fade(std::size_t num_lines) {
  constexpr double kFaintest = 0.4;
  return std::max(kFaintest, std::sqrt(64 / std::max(64.0, Real(num_lines))));
}

/// Adds one profile per sequence, and their average on top.
void AddSequenceProfiles(const Study& result, const ReportOptions& options,
                         double ProfileBin::*value, std::vector<double> LayerProfile::*average,
                         Panel& panel) {
  const double fade = Fade(result.profile_bins.size());
  for (std::size_t s = 0; s < result.profile_bins.size(); ++s) {
    Series line{
        .name = options.sequence_hues || s > 0 ? fmt::format("sequence {}", s) : "a sequence",
        .mark = options.sequence_hues ? Mark::kLinePoints : Mark::kLine};
    for (const ProfileBin& bin : result.profile_bins[s]) {
      line.x.push_back(bin.centre);
      line.y.push_back(bin.*value);
    }
    line.in_legend = s == 0 && !options.sequence_hues;
    line.colour = Colour::kSky;
    line.size = 0.5;
    line.opacity = (options.sequence_hues ? 0.7 : 0.45) * fade;
    line.one_of_many = true;
    if (options.sequence_hues) line.colour_value = Real(s);
    panel.series.push_back(std::move(line));
  }
  for (const LayerProfile& profile : result.layer_profiles) {
    if (profile.layer != result.info.options.profile_layer) continue;
    Series mean{.name = "average over sequences", .mark = Mark::kLinePoints};
    mean.x = profile.centre;
    mean.y = profile.*average;
    mean.size = 0.9;
    panel.series.push_back(std::move(mean));
  }
}

Series SequenceCorrelations(const std::vector<Correlation>& correlations, const std::string& name,
                            Mark mark, Colour colour) {
  Series points{.name = name, .mark = mark};
  for (const Correlation& correlation : correlations) {
    points.x.push_back(correlation.sequence);
    points.y.push_back(correlation.estimate);
  }
  points.colour = colour;
  points.size = 0.6;
  points.opacity = correlations.size() > kMostSolidMarks ? 0.4 : 1;
  return points;
}

Series MedianLine(const StudyInfo& info, double median, const std::string& name, Colour colour) {
  Series line{.name = name, .mark = Mark::kLine};
  line.in_legend = false;
  line.x = {-0.5, Real(info.num_sequences) - 0.5};
  line.y = {median, median};
  line.colour = colour;
  line.size = 0.6;
  return line;
}

/// The central 95 % of the null draws of bin_mean in each sequence; without points if there are
/// none.
Series NullBand(const Study& result) {
  Series band{.name = "null, with the mean score", .mark = Mark::kBand};
  band.colour = Colour::kGrey;
  band.opacity = 0.3;
  for (const NullTest& row : result.null_tests) {
    const bool is_shown = row.measure == Measure::kBinMean && row.sequence >= 0 &&
                          row.layer == result.info.options.profile_layer;
    if (!is_shown || !std::isfinite(row.lower) || !std::isfinite(row.upper)) continue;
    band.x.push_back(row.sequence);
    band.lower.push_back(row.lower);
    band.upper.push_back(row.upper);
  }
  return band;
}

/// A panel with one line per layer, coloured by depth.
Panel ProfilePanel(const Study& result, const std::string& letter,
                   std::vector<double> LayerProfile::*value) {
  Panel panel;
  panel.letter = letter;
  panel.x.label = kPairLabel;
  for (const LayerProfile& profile : result.layer_profiles) {
    Series line{.name = fmt::format("layer {}", profile.layer), .mark = Mark::kLine};
    line.x = profile.centre;
    line.y = profile.*value;
    line.colour_value = profile.layer;
    line.size = 1.1;
    panel.series.push_back(std::move(line));
  }
  return panel;
}

std::string SpanText(const std::vector<Correlation>& by_layer) {
  std::vector<double> estimates = Estimates(by_layer);
  std::erase_if(estimates, [](double r) { return !std::isfinite(r); });
  if (estimates.empty()) return "r is not defined";
  const auto [low, high] = std::minmax_element(estimates.begin(), estimates.end());
  if (estimates.size() == 1) return "r = " + RText(*low);
  return fmt::format("r from {} to {}", RText(*low), RText(*high));
}

Panel CorrelationPanel(const Study& result, const std::string& letter, Measure measure,
                       const std::string& what) {
  const std::vector<Correlation> by_layer = result.ByLayer(measure);
  Panel panel;
  panel.letter = letter;
  panel.title = fmt::format("u with {}: {}", what, SpanText(by_layer));
  panel.x = LayerAxis(result.info);
  panel.y = CorrelationAxis("r over the bins");
  panel.colour_bar = DepthBar(result.info, /*shown=*/false);
  AddNullCorrelations(result, measure, "null", panel);
  AddLayerCorrelations(by_layer, panel);
  return panel;
}

}  // namespace

Figure MakePart5c(const Study& result, const ReportOptions& options) {
  const StudyInfo& info = result.info;
  const double median_mean =
      Median(Estimates(result.BySequence(Measure::kBinMean, info.options.profile_layer)));
  const double median_std =
      Median(Estimates(result.BySequence(Measure::kBinStd, info.options.profile_layer)));
  Panel mean_panel{.letter = "A"};
  mean_panel.title =
      fmt::format("layer {}, mean: median r = {}", info.options.profile_layer, RText(median_mean));
  mean_panel.y = {.label = kMeanLabel};
  AddSequenceProfiles(result, options, &ProfileBin::mean, &LayerProfile::mean, mean_panel);
  Panel std_panel{.letter = "B"};
  std_panel.title =
      fmt::format("layer {}, std: median r = {}", info.options.profile_layer, RText(median_std));
  std_panel.y = {.label = kStdLabel};
  AddSequenceProfiles(result, options, &ProfileBin::std, &LayerProfile::std, std_panel);

  Figure figure;
  figure.name = "part5c";
  figure.height_mm = 70;
  figure.grid_cols = 2;
  figure.panels = {std::move(mean_panel), std::move(std_panel)};
  figure.legend = true;
  for (Panel& panel : figure.panels) {
    panel.x.label = kPairLabel;
    if (!options.sequence_hues) continue;
    panel.colour_bar = ColourBar{
        .label = "sequence", .lower = 0, .upper = std::max(1.0, LastOf(info.num_sequences))};
    panel.colour_bar->ticks = WholeTicks(0, panel.colour_bar->upper);
    panel.colour_bar->shown = &panel == &figure.panels.back();
  }
  std::vector<std::string> remarks = {
      fmt::format("{} bins of about equal count per sequence; r is over the bins of a sequence",
                  info.options.num_bins)};
  if (NeedsLayer(figure.panels[0])) remarks.push_back(PiledRemark(options.sequence_hues));
  for (const std::string& remark : PairRemarks(info)) remarks.push_back(remark);
  figure.footnote = Footnote(info, remarks);
  figure.caption = fmt::format(
      "Attention scores of layer {} in bins of pair log-proportion. A: their mean; B: their "
      "standard deviation. Each thin line is one sequence; the line on top is the average over "
      "sequences. Means of bins hide how far single pairs scatter (part5b).",
      info.options.profile_layer);
  return figure;
}

Figure MakePart5d(const Study& result) {
  const StudyInfo& info = result.info;
  const auto means = result.BySequence(Measure::kBinMean, info.options.profile_layer);
  const auto stds = result.BySequence(Measure::kBinStd, info.options.profile_layer);
  const double median_mean = Median(Estimates(means));
  const double median_std = Median(Estimates(stds));
  Panel panel;
  panel.title = fmt::format("layer {}, median r = {} with the mean, {} with the std",
                            info.options.profile_layer, RText(median_mean), RText(median_std));
  panel.x = {
      .label = "sequence", .lower = -0.5, .upper = std::max(1.0, Real(info.num_sequences)) - 0.5};
  panel.x.ticks = WholeTicks(0, std::max(1.0, LastOf(info.num_sequences)), /*max_ticks=*/8);
  panel.y = CorrelationAxis("r over the bins of a sequence");
  panel.legend = true;
  panel.series = {
      MedianLine(info, median_mean, "median, mean score", Colour::kBlue),
      MedianLine(info, median_std, "median, std of scores", Colour::kOrange),
      SequenceCorrelations(means, "with the bins' mean score", Mark::kPoints, Colour::kBlue),
      SequenceCorrelations(stds, "with the bins' std of scores", Mark::kDiamonds, Colour::kOrange)};
  Series null_band = NullBand(result);
  // A band over one sequence would have no width.
  if (null_band.x.size() > 1) panel.series.insert(panel.series.begin(), std::move(null_band));
  if (std::isnan(median_mean) && std::isnan(median_std)) {
    panel.remark = "r is not defined for any sequence";
  }

  Figure figure;
  figure.name = "part5d";
  figure.height_mm = 70;
  figure.panels = {std::move(panel)};
  std::vector<std::string> remarks = {"Lines: medians over the sequences"};
  for (const std::string& remark : PairRemarks(info)) remarks.push_back(remark);
  figure.footnote = Footnote(info, remarks);
  figure.caption = fmt::format(
      "Pearson correlation over the bins of each sequence, in layer {}: pair log-proportion with "
      "the mean score (discs) and with the standard deviation of the scores (diamonds). A "
      "correlation of bin means can be close to 1 or -1 even if the relation over single pairs is "
      "very weak.",
      info.options.profile_layer);
  return figure;
}

Figure MakePart6(const Study& result) {
  const StudyInfo& info = result.info;
  Panel means = ProfilePanel(result, "A", &LayerProfile::mean);
  means.title = fmt::format("Mean score, {}", Counted(result.layer_profiles.size(), "layer"));
  means.y.label = kMeanLabel;
  means.colour_bar = DepthBar(info, /*shown=*/false);
  Panel stds = ProfilePanel(result, "B", &LayerProfile::std);
  stds.title =
      fmt::format("Standard deviation, {}", Counted(result.layer_profiles.size(), "layer"));
  stds.y.label = kStdLabel;
  stds.colour_bar = DepthBar(info, /*shown=*/true);

  Figure figure;
  figure.name = "part6";
  figure.height_mm = 125;
  figure.grid_rows = 2;
  figure.grid_cols = 2;
  figure.panels = {std::move(means), std::move(stds),
                   CorrelationPanel(result, "C", Measure::kBinMean, "mean score"),
                   CorrelationPanel(result, "D", Measure::kBinStd, "std of scores")};
  const auto num_averaged = info.num_sequences - info.merged_sequences.size();
  std::vector<std::string> remarks = {fmt::format(
      "{} bins, averaged over {}", info.options.num_bins, Counted(num_averaged, "sequence"))};
  for (const std::string& remark : PairRemarks(info)) remarks.push_back(remark);
  figure.footnote = Footnote(info, remarks);
  figure.caption =
      "Attention scores by pair log-proportion in every layer, averaged over the sequences. A and "
      "B: mean and standard deviation in each bin, coloured by depth. C and D: Pearson correlation "
      "of A and B with the centres of the bins, by layer. r over bin means says how straight a "
      "profile is, not how much of the variance of single scores goes along with frequency.";
  return figure;
}

}  // namespace zipflens
