// Figures of the parts of scores: slopes by layer and head, and the four-way split.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <utility>

#include "zipflens/base/numbers.h"
#include "zipflens/figures/ticks.h"
#include "zipflens/report/figure_parts.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/part_figures.h"
#include "zipflens/study/study_rows.h"

namespace zipflens {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The quantile `share` of the finite values, interpolated linearly. NaN if there are none.
double Quantile(std::vector<double> values, double share) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return kNaN;
  std::sort(values.begin(), values.end());
  const double place = share * Real(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - Real(below)) * (values[above] - values[below]);
}

// Slopes

struct SlopeMap {
  Response response;
  PairTerm term;
  const char* title;
};
constexpr SlopeMap kSlopeMaps[] = {
    {Response::kScore, PairTerm::kQuery, "query slope"},
    {Response::kScore, PairTerm::kKey, "key slope"},
    {Response::kRowCentredScore, PairTerm::kKey, "row-centred key slope"}};

/// The slopes of single heads; if there are none, those of the mean over heads. Only those of the
/// study's first source of frequency.
std::vector<Slope> SlopesOf(const Study& result, const SlopeMap& map) {
  std::vector<Slope> heads;
  std::vector<Slope> means;
  for (const Slope& slope : result.slopes) {
    const bool is_wanted = slope.response == map.response && slope.term == map.term &&
                           slope.counts == result.info.counts_source();
    if (is_wanted) (slope.head >= 0 ? heads : means).push_back(slope);
  }
  return heads.empty() ? means : heads;
}

/// Upper end of the colour bar: the 99th percentile of |slope|, rounded up.
double ColourLimit(const std::vector<std::vector<Slope>>& maps) {
  std::vector<double> sizes;
  for (const auto& slopes : maps) {
    for (const Slope& slope : slopes) sizes.push_back(std::abs(slope.estimate));
  }
  const double limit = Quantile(std::move(sizes), 0.99);
  if (!(limit > 0)) return 1;
  const double unit = std::pow(10, std::floor(std::log10(limit)));
  for (const double step : {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0}) {
    if (step * unit >= limit) return step * unit;
  }
  return 10 * unit;
}

Panel SlopePanel(const Study& result, const std::vector<Slope>& slopes, double limit) {
  const StudyInfo& info = result.info;
  const std::size_t rows = std::max<std::size_t>(1, info.shape.num_layers);
  const bool has_heads = !slopes.empty() && slopes[0].head >= 0;
  const std::size_t cols = has_heads ? std::max<std::size_t>(1, info.shape.num_heads) : 1;
  Image image{.rows = rows, .cols = cols};
  image.values.assign(rows * cols, std::numeric_limits<float>::quiet_NaN());
  Series crosses{.name = "not significant", .mark = Mark::kCrosses};
  crosses.size = 0.3;
  crosses.colour = Colour::kGrey;
  Series diamonds{.name = "opposite sign", .mark = Mark::kDiamonds};
  diamonds.size = 0.45;
  diamonds.colour = Colour::kBlack;
  for (const Slope& slope : slopes) {
    const std::size_t row = slope.layer;
    const std::size_t col = std::max(0, slope.head);
    if (row >= rows || col >= cols) continue;
    image.values[row * cols + col] = static_cast<float>(slope.estimate);
    const Evidence evidence = EvidenceForSlope(result, slope);
    if (evidence != Evidence::kNotSignificant && evidence != Evidence::kContradicts) continue;
    Series& marks = evidence == Evidence::kContradicts ? diamonds : crosses;
    marks.x.push_back(Real(col));
    marks.y.push_back(slope.layer);
  }
  Panel panel;
  panel.x.label = has_heads ? "head" : "mean over heads";
  if (!slopes.empty() && slopes[0].term == PairTerm::kQuery) {
    panel.x.label += " (softmax removes these slopes)";
  }
  panel.x.ticks = has_heads ? WholeTicks(0, Real(cols - 1)) : std::vector<double>{};
  if (panel.x.ticks.empty()) panel.x.ticks = {0};
  panel.y = LayerAxis(info);
  panel.image = std::move(image);
  // Also if empty, so that slopes.csv has the series.
  panel.series = {std::move(crosses), std::move(diamonds)};
  panel.colour_bar = ColourBar{.label = "slope (score per unit of a)",
                               .map = ColourMap::kBlueRed,
                               .lower = -limit,
                               .upper = limit,
                               .ticks = {-limit, -limit / 2, 0, limit / 2, limit},
                               .shown = false};
  if (slopes.empty()) panel.remark = "not computed";
  return panel;
}

/// "query slope > 0: 60 of 72".
std::string SlopeTitle(const char* name, const std::vector<Slope>& slopes) {
  std::size_t num_positive = 0;
  std::size_t num_known = 0;
  for (const Slope& slope : slopes) {
    num_known += std::isfinite(slope.estimate) ? 1 : 0;
    num_positive += slope.estimate > 0 ? 1 : 0;
  }
  if (num_known == 0) return std::string(name) + ": not defined";
  return fmt::format("{} > 0: {} of {}", name, num_positive, CountText(num_known));
}

// Split

struct Part {
  std::string_view name;
  const char* legend;
  Colour colour;
  double shift_mm;  // so that parts that are all 0 do not hide each other
};
constexpr std::array<Part, 4> kParts = {{{"content", "content", Colour::kBlue, 0},
                                         {"query_only", "query only", Colour::kOrange, -0.5},
                                         {"key_only", "key only", Colour::kGreen, 0},
                                         {"constant", "constant", Colour::kPurple, 0.5}}};
constexpr std::string_view kCovariances = "covariances";

/// Values by part, layer and head. The covariances of a layer and head are added up.
using SplitValues = std::map<std::string, std::map<int, std::map<int, double>>, std::less<>>;

SplitValues ValuesOf(const Study& result, double SplitShare::*value) {
  SplitValues values;
  for (const SplitShare& row : result.splits) {
    const bool is_covariance = row.part > SplitPart::kConstant;
    const std::string part(is_covariance ? kCovariances : SplitPartName(row.part));
    double& place = values[part][row.layer][row.head];
    place = (is_covariance ? place : 0.0) + row.*value;
  }
  return values;
}

/// Adds a part by layer: that of the mean over heads, or, if `of_heads`, the median over heads with
/// a band between the quartiles.
void AddPart(const SplitValues& values, const Part& part, bool of_heads, Panel& panel) {
  Series line{.name = part.legend, .mark = Mark::kLinePoints};
  Series band{.name = std::string(part.legend) + ", quartiles over heads", .mark = Mark::kBand};
  const auto found = values.find(part.name);
  if (found == values.end()) return;
  for (const auto& [layer, by_head] : found->second) {
    std::vector<double> heads;
    for (const auto& [head, value] : by_head) {
      if ((head >= 0) == of_heads) heads.push_back(value);
    }
    if (heads.empty()) continue;
    line.x.push_back(layer);
    line.y.push_back(Median(heads));
    band.x.push_back(layer);
    band.lower.push_back(Quantile(heads, 0.25));
    band.upper.push_back(Quantile(heads, 0.75));
  }
  line.colour = band.colour = part.colour;
  line.shift_mm = band.shift_mm = part.shift_mm;
  line.size = 0.9;
  band.opacity = 0.2;
  band.in_legend = false;
  if (of_heads && band.x.size() > 1) panel.series.push_back(std::move(band));
  if (!line.x.empty()) panel.series.push_back(std::move(line));
}

/// ": content 41 to 87 %", the range over the layers for the mean over heads. Empty if not defined.
std::string ContentText(const SplitValues& shares) {
  double low = kNaN;
  double high = kNaN;
  const auto found = shares.find("content");
  if (found != shares.end()) {
    for (const auto& [layer, by_head] : found->second) {
      const auto mean = by_head.find(-1);
      if (mean == by_head.end() || !std::isfinite(mean->second)) continue;
      low = std::fmin(low, mean->second);
      high = std::fmax(high, mean->second);
    }
  }
  if (!std::isfinite(low)) return "";
  return fmt::format(": content {} to {}\u00a0%", NumberText(100 * low, 0),
                     NumberText(100 * high, 0));
}

Panel SplitPanel(const Study& result, const std::string& letter, bool of_heads) {
  const SplitValues shares = ValuesOf(result, &SplitShare::share);
  Panel panel{.letter = letter};
  panel.title =
      of_heads ? "single heads: median and quartiles" : "mean over heads" + ContentText(shares);
  panel.x = LayerAxis(result.info);
  panel.y.label = "share of the variance of scores";
  panel.y.zero_line = true;
  for (std::size_t i = 0; i < 3; ++i) AddPart(shares, kParts[i], of_heads, panel);
  AddPart(shares, {kCovariances, "covariances", Colour::kGrey, 0.5}, of_heads, panel);
  if (panel.series.empty()) panel.remark = "not computed";
  return panel;
}

Panel SplitMeans(const Study& result) {
  const SplitValues means = ValuesOf(result, &SplitShare::mean);
  Panel panel{.letter = "C"};
  panel.title = "mean of each part, mean over heads";
  panel.x = LayerAxis(result.info);
  panel.y.label = "mean score";
  panel.y.zero_line = true;
  for (const Part& part : kParts) AddPart(means, part, /*of_heads=*/false, panel);
  if (panel.series.empty()) panel.remark = "not computed";
  return panel;
}

}  // namespace

Figure MakeSlopes(const Study& result) {
  std::vector<std::vector<Slope>> maps;
  for (const SlopeMap& map : kSlopeMaps) maps.push_back(SlopesOf(result, map));
  const double limit = ColourLimit(maps);
  Figure figure;
  figure.name = "slopes";
  figure.height_mm = result.info.shape.num_layers > 12 ? 108 : 78;
  figure.grid_cols = 3;
  std::size_t num_beyond = 0;
  for (std::size_t i = 0; i < maps.size(); ++i) {
    Panel panel = SlopePanel(result, maps[i], limit);
    panel.letter = PanelLetter(i);
    panel.title = SlopeTitle(kSlopeMaps[i].title, maps[i]);
    panel.colour_bar->shown = i + 1 == maps.size();
    num_beyond += std::count_if(maps[i].begin(), maps[i].end(), [&](const Slope& slope) {
      return std::abs(slope.estimate) > limit;
    });
    figure.panels.push_back(std::move(panel));
  }
  std::vector<std::string> remarks = {
      "\u00d7: the slope over token types is not significant (q \u2265 0.05, or its interval "
      "includes 0); \u25c6: it is significant, with the opposite sign; light grey: not defined"};
  if (num_beyond > 0) {
    remarks.push_back(Counted(num_beyond, "slope") + " beyond the ends of the colour bar");
  }
  for (const auto& slopes : maps) {
    if (slopes.empty()) continue;
    remarks.push_back("n\u00a0=\u00a0" + Counted(slopes[0].n, "pair"));
    break;
  }
  for (const std::string& remark : PairRemarks(result.info)) remarks.push_back(remark);
  figure.footnote = Footnote(result.info, remarks);
  figure.caption =
      "By how much attention scores differ per unit of log-proportion a of the query (A) and of "
      "the key (B; C: scores minus the mean of their row), by layer and head, in one least-squares "
      "fit with controls for distance, same token, position and special tokens. Red: scores are "
      "higher for frequent tokens; blue: lower. Softmax removes what A shows, and sees of B what C "
      "shows. A slope is an average over pairs in which a few frequent types weigh most; it does "
      "not say how much of the variance of single scores goes along with frequency. A cross marks "
      "a slope over token types (one point per type, p from permuting types) that is not "
      "significant; a diamond marks one that is significant and has the opposite sign.";
  return figure;
}

Figure MakeSplit(const Study& result) {
  Figure figure;
  figure.name = "split";
  figure.height_mm = 76;
  figure.grid_cols = 3;
  figure.panels = {SplitPanel(result, "A", /*of_heads=*/false),
                   SplitPanel(result, "B", /*of_heads=*/true), SplitMeans(result)};
  for (Panel& panel : figure.panels) panel.legend = true;
  figure.footnote = Footnote(result.info, PairRemarks(result.info));
  figure.caption =
      "The parts of attention scores, by layer: content (query and key without their biases), "
      "query only (query times key bias), key only (query bias times key) and a constant. A and B: "
      "shares of the variance over pairs, which add up to 1 with the covariances; C: means. "
      "Softmax removes the query-only part and the constant, so they never reach the attention.";
  return figure;
}

}  // namespace zipflens
