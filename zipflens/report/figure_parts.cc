#include "zipflens/report/figure_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "zipflens/base/numbers.h"
#include "zipflens/base/utf8.h"
#include "zipflens/figures/ticks.h"
#include "zipflens/report/figure_text.h"

namespace zipflens {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<std::size_t> FinitePairs(std::span<const double> x, std::span<const double> y) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (std::isfinite(x[i]) && std::isfinite(y[i])) places.push_back(i);
  }
  return places;
}

Series LayerPoint(const Correlation& correlation) {
  Series point;
  point.name = fmt::format("layer {}", correlation.layer);
  point.mark = Mark::kPoints;
  point.x = {static_cast<double>(correlation.layer)};
  point.y = {correlation.estimate};
  point.colour_value = correlation.layer;
  point.size = 0.75;
  return point;
}

void LabelExtremes(std::span<Series> points) {
  Series* largest = nullptr;
  Series* smallest = nullptr;
  for (Series& point : points) {
    if (!std::isfinite(point.y[0])) continue;
    if (largest == nullptr || point.y[0] > largest->y[0]) largest = &point;
    if (smallest == nullptr || point.y[0] < smallest->y[0]) smallest = &point;
  }
  if (largest == nullptr) return;
  for (Series* point : {largest, smallest}) {
    point->label_ends = true;
    point->end_label = point->name + ": " + RText(point->y[0]);
  }
  smallest->label_side = LabelSide::kBelow;
  largest->label_side = LabelSide::kAbove;
}

}  // namespace

double Median(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return kNaN;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double ShownCorrelation(std::span<const double> x, std::span<const double> y) {
  const std::vector<std::size_t> places = FinitePairs(x, y);
  if (places.size() < 2) return kNaN;
  // Differences from the first point are exactly 0 if all values are equal.
  const double first_x = x[places[0]];
  const double first_y = y[places[0]];
  double mean_x = first_x;
  double mean_y = first_y;
  for (const std::size_t i : places) {
    mean_x += (x[i] - first_x) / Real(places.size());
    mean_y += (y[i] - first_y) / Real(places.size());
  }
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (const std::size_t i : places) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  return xx > 0 && yy > 0 ? std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0) : kNaN;
}

BinnedLine EqualCountMeans(std::span<const double> x, std::span<const double> y,
                           std::size_t num_bins) {
  std::vector<std::pair<double, double>> points;  // side by side in memory, millions of them
  for (const std::size_t i : FinitePairs(x, y)) points.emplace_back(x[i], y[i]);
  std::stable_sort(points.begin(), points.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  BinnedLine line;
  for (std::size_t begin = 0, bin = 1; begin < points.size(); ++bin) {
    std::size_t end = std::max(begin + 1, points.size() * std::min(bin, num_bins) / num_bins);
    while (end < points.size() && points[end].first == points[end - 1].first) ++end;
    double sum_x = 0;
    double sum_y = 0;
    for (std::size_t k = begin; k < end; ++k) sum_x += points[k].first, sum_y += points[k].second;
    line.x.push_back(sum_x / Real(end - begin));
    line.y.push_back(sum_y / Real(end - begin));
    while (bin < num_bins && points.size() * (bin + 1) / num_bins <= end)
      ++bin;  // skips bins that ties have filled
    begin = end;
  }
  return line;
}

double LastOf(std::size_t num) { return num > 0 ? Real(num - 1) : 0; }

std::string PanelLetter(std::size_t panel_idx) {
  return std::string(1, static_cast<char>('A' + panel_idx % 26));
}

ColourBar DepthBar(const StudyInfo& info, bool shown) {
  ColourBar bar;
  bar.label = "layer";
  bar.lower = 0;
  bar.upper = LastOf(info.shape.num_layers);
  bar.ticks = WholeTicks(bar.lower, bar.upper);
  if (bar.ticks.empty()) bar.ticks = {0};
  bar.shown = shown && info.shape.num_layers > 1;
  return bar;
}

Axis LayerAxis(const StudyInfo& info) {
  const double last = LastOf(info.shape.num_layers);
  Axis axis{.label = "layer", .lower = -0.5, .upper = last + 0.5};
  axis.ticks = last < Real(kMostTicks) ? WholeTicks(0, std::max(last, 1.0), kMostTicks)
                                       : WholeTicks(0, last, /*max_ticks=*/8);
  return axis;
}

Axis CorrelationAxis(const std::string& label) {
  return {
      .label = label, .lower = -1, .upper = 1, .zero_line = true, .ticks = {-1, -0.5, 0, 0.5, 1}};
}

void AddLayerCorrelations(const std::vector<Correlation>& correlations, Panel& panel) {
  Series band{.name = "confidence interval", .mark = Mark::kBand};
  Series line{.name = "r by layer", .mark = Mark::kLine};
  for (const Correlation& correlation : correlations) {
    line.x.push_back(correlation.layer);
    line.y.push_back(correlation.estimate);
    if (!std::isfinite(correlation.lower) || !std::isfinite(correlation.upper)) continue;
    band.x.push_back(correlation.layer);
    band.lower.push_back(correlation.lower);
    band.upper.push_back(correlation.upper);
  }
  const bool is_defined =
      std::any_of(line.y.begin(), line.y.end(), [](double r) { return std::isfinite(r); });
  if (!is_defined) panel.remark = "r is not defined for any layer";
  line.colour = Colour::kGrey;
  line.size = 0.6;
  band.colour = Colour::kGrey;
  band.opacity = 0.25;
  const bool has_intervals = !band.x.empty() && band.x.size() == line.x.size();
  if (has_intervals) panel.series.push_back(band);
  panel.series.push_back(line);
  const std::size_t first_point = panel.series.size();
  for (const Correlation& correlation : correlations)
    panel.series.push_back(LayerPoint(correlation));
  LabelExtremes(std::span(panel.series).subspan(first_point));
}

void AddNullCorrelations(const Study& result, Measure measure, const std::string& name,
                         Panel& panel) {
  if (result.null_study == nullptr) return;
  Series band{.name = name, .mark = Mark::kBand};
  Series line{.name = name, .mark = Mark::kDashedLine};
  for (const NullTest& row : result.null_tests) {
    const bool is_shown =
        row.measure == measure && row.sequence == -1 && row.method == CorrelationMethod::kPearson;
    if (!is_shown) continue;
    line.x.push_back(row.layer);
    line.y.push_back(row.mean);
    if (!std::isfinite(row.lower) || !std::isfinite(row.upper)) continue;
    band.x.push_back(row.layer);
    band.lower.push_back(row.lower);
    band.upper.push_back(row.upper);
  }
  band.colour = line.colour = Colour::kGrey;
  band.opacity = 0.3;
  line.size = 0.8;
  // A band over one layer would have no width.
  const bool has_band = band.x.size() > 1 && band.x.size() == line.x.size();
  if (has_band) {
    panel.series.push_back(std::move(band));
  } else if (!line.x.empty()) {
    panel.series.push_back(std::move(line));
  }
}

}  // namespace zipflens
