// Figures of part 5 about pairs of tokens: the matrix u, the scatter of scores, the bin edges.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "zipflens/base/numbers.h"
#include "zipflens/figures/raster_layer.h"
#include "zipflens/figures/ticks.h"
#include "zipflens/report/figure_parts.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/part_figures.h"

namespace zipflens {
namespace {

constexpr double kLowestPair = -20;  // colour limits of docs/analysis.md
constexpr double kHighestPair = -5;
constexpr std::size_t kMeanBins = 20;

struct PairMatrix {
  Image image;
  double smallest = std::numeric_limits<double>::infinity();
  double largest = -std::numeric_limits<double>::infinity();
  std::uint64_t num_left_out = 0;
};

/// u of sequence 0. Addition commutes, so the matrix is symmetric to the last bit.
PairMatrix MakePairMatrix(const Study& result) {
  const std::size_t length = result.info.sequence_length;
  PairMatrix matrix;
  matrix.image = {.rows = length, .cols = length, .values = {}, .square_pixels = true};
  matrix.image.values.reserve(length * length);
  for (std::size_t i = 0; i < length; ++i) {
    for (std::size_t j = 0; j < length; ++j) {
      const double u = result.log_proportions[i] + result.log_proportions[j];
      matrix.image.values.push_back(static_cast<float>(u));
      if (!std::isfinite(u)) {
        ++matrix.num_left_out;
        continue;
      }
      matrix.smallest = std::min(matrix.smallest, u);
      matrix.largest = std::max(matrix.largest, u);
    }
  }
  return matrix;
}

std::string RangeText(const PairMatrix& matrix) {
  if (!(matrix.smallest <= matrix.largest)) return "no pair is defined";
  return fmt::format("u from {} to {}", NumberText(matrix.smallest, 1),
                     NumberText(matrix.largest, 1));
}

/// The points of the scatter: one series, or one series per sequence if `hues`.
std::vector<Series> ScatterSeries(const Study& result, bool hues) {
  const ScoreSample& sample = result.score_sample;
  std::vector<Series> all;
  for (std::size_t i = 0; i < sample.score.size(); ++i) {
    const int sequence = sample.sequence[i];
    if (all.empty() || (hues && *all.back().colour_value != sequence)) {
      Series points;
      points.name = hues ? fmt::format("sequence {}", sequence) : "pair of tokens";
      points.in_legend = !hues;
      points.size = 0.33;
      points.opacity = hues ? 0.4 : 0.25;
      if (hues) points.colour_value = sequence;
      points.one_of_many = hues;
      all.push_back(std::move(points));
    }
    all.back().x.push_back(sample.pair_log_proportion[i]);
    all.back().y.push_back(sample.score[i]);
  }
  return all;
}

}  // namespace

Figure MakePart5a(const Study& result) {
  PairMatrix matrix = MakePairMatrix(result);
  Panel panel;
  panel.title = "sequence 0: " + RangeText(matrix);
  panel.x.label = "position of the key j";
  panel.y.label = "position of the query i";
  panel.x.ticks = WholeTicks(0, LastOf(result.info.sequence_length));
  if (panel.x.ticks.empty()) panel.x.ticks = {0};
  panel.y.ticks = panel.x.ticks;
  panel.colour_bar = ColourBar{.label = kPairLabel, .lower = kLowestPair, .upper = kHighestPair};
  panel.colour_bar->ticks = {-20, -15, -10, -5};
  std::vector<std::string> remarks;
  if (matrix.smallest < kLowestPair || matrix.largest > kHighestPair) {
    remarks.emplace_back("Values outside \u221220 to \u22125 have the colour of the nearer end");
  }
  if (matrix.num_left_out > 0) {
    remarks.push_back(fmt::format("Light grey: {} with a token never counted in the corpus",
                                  Counted(matrix.num_left_out, "pair")));
  }
  const std::string thinned = ThinOut("position", matrix.image);
  if (!thinned.empty()) remarks.push_back(thinned);
  panel.image = std::move(matrix.image);

  Figure figure;
  figure.name = "part5a";
  figure.width_mm = 85;
  figure.height_mm = 81;
  figure.panels = {std::move(panel)};
  figure.footnote = Footnote(result.info, remarks);
  figure.caption =
      "The log of the product of two tokens' proportions, u = a(i) + a(j), for all pairs of "
      "positions of the first sequence. The matrix is symmetric. Bright rows and columns belong to "
      "frequent tokens. The figure shows the text only, not the model.";
  return figure;
}

Figure MakePart5b(const Study& result, const ReportOptions& options) {
  const ScoreSample& sample = result.score_sample;
  const std::vector<double> scores(sample.score.begin(), sample.score.end());
  const double r = ShownCorrelation(sample.pair_log_proportion, scores);
  BinnedLine means = EqualCountMeans(sample.pair_log_proportion, scores, kMeanBins);
  Panel panel;
  panel.title = fmt::format("layer {}, r = {} over the pairs shown", sample.layer, RText(r));
  panel.x.label = kPairLabel;
  panel.y.label = "attention score, mean over heads";
  panel.y.zero_line = true;
  panel.legend = true;
  panel.series = ScatterSeries(result, options.sequence_hues);
  if (options.sequence_hues) {
    panel.colour_bar = ColourBar{
        .label = "sequence", .lower = 0, .upper = std::max(1.0, LastOf(result.info.num_sequences))};
    panel.colour_bar->ticks = WholeTicks(0, panel.colour_bar->upper);
  }
  Series line{.name = fmt::format("mean, {} bins of equal count", kMeanBins),
              .mark = Mark::kLinePoints};
  line.x = std::move(means.x);
  line.y = std::move(means.y);
  line.colour = Colour::kVermillion;
  line.size = 0.9;
  panel.series.push_back(std::move(line));

  Figure figure;
  figure.name = "part5b";
  figure.width_mm = 85;
  figure.height_mm = 76;
  figure.panels = {std::move(panel)};
  std::vector<std::string> remarks = {
      fmt::format("Every 500th pair of each sequence, n\u00a0=\u00a0{}", CountText(scores.size()))};
  if (ArePiled(figure.panels[0])) remarks.push_back(PiledRemark(options.sequence_hues));
  const std::uint64_t num_undefined =
      std::count_if(sample.pair_log_proportion.begin(), sample.pair_log_proportion.end(),
                    [](double u) { return !std::isfinite(u); });
  if (num_undefined > 0) {
    remarks.push_back(
        fmt::format("Left out: {} of them with a token never counted", CountText(num_undefined)));
  }
  figure.footnote = Footnote(result.info, remarks);
  figure.caption = fmt::format(
      "Attention score before softmax in layer {}, mean over heads, by the pair log-proportion u "
      "of the two tokens: every 500th pair of each sequence, and the mean along u. The figures of "
      "bin means do not show the spread around this mean.",
      sample.layer);
  return figure;
}

Figure MakePart5Edges(const Study& result) {
  Series points{.name = "bin edge"};
  points.size = 0.7;
  points.opacity = 0.8;
  points.colour = Colour::kBlue;
  const std::vector<ProfileBin> bins =
      result.profile_bins.empty() ? std::vector<ProfileBin>{} : result.profile_bins.back();
  for (const ProfileBin& bin : bins) points.x.push_back(bin.left);
  if (!bins.empty()) points.x.push_back(bins.back().right);
  for (std::size_t i = 0; i < points.x.size(); ++i) {
    const double share = Real(i) / Real(points.x.size() - 1);
    points.y.push_back(points.x.front() + share * (points.x.back() - points.x.front()));
  }
  const double last_sequence = LastOf(result.info.num_sequences);
  Panel panel;
  panel.title =
      fmt::format("sequence {}: {} of each kind", last_sequence, Counted(points.x.size(), "edge"));
  panel.x.label = "edges from percentiles (equal counts)";
  panel.y.label = "edges equally spaced";
  panel.unity_line = true;
  if (points.x.empty()) panel.remark = "no bins: every pair has the same u, or none is defined";
  if (!points.x.empty()) {
    const double pad = 0.04 * (points.x.back() - points.x.front());
    panel.x.lower = panel.y.lower = points.x.front() - pad;
    panel.x.upper = panel.y.upper = points.x.back() + pad;
  }
  panel.series = {points};

  Figure figure;
  figure.name = "part5_edges";
  figure.width_mm = 85;
  figure.height_mm = 88;
  figure.panels = {std::move(panel)};
  std::vector<std::string> remarks = {"Pair log-proportion u (natural log); dashed: equal edges"};
  const std::size_t wanted = result.info.options.num_bins;
  if (bins.size() < wanted) {
    remarks.push_back(
        fmt::format("{} of {} bins are merged (equal edges)", wanted - bins.size(), wanted));
  }
  figure.footnote = Footnote(result.info, remarks);
  figure.caption =
      "Two ways to divide the pair log-proportions of the last sequence into bins: by percentiles, "
      "which put about equally many pairs into each bin, and by equally spaced edges. Where the "
      "points leave the dashed line, equally spaced bins would hold many more or far fewer pairs.";
  return figure;
}

}  // namespace zipflens
