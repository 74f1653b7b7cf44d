// Figures of parts 1 and 2: token frequencies and the batch.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "zipflens/base/numbers.h"
#include "zipflens/figures/ticks.h"
#include "zipflens/report/figure_parts.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/part_figures.h"

namespace zipflens {
namespace {

constexpr double kSmallestProportion = 1e-15;  // docs/analysis.md, part 1
constexpr double kLowestShown = -14;

}  // namespace

Figure MakePart1(const Study& result) {
  Series points;
  points.name = "token type";
  points.size = 0.33;
  points.opacity = 0.35;
  double largest = kLowestShown + 1;
  std::uint64_t num_hidden = 0;
  for (std::size_t id = 0; id < result.proportions.size(); ++id) {
    points.x.push_back(Real(id));
    points.y.push_back(std::log(result.proportions[id] + kSmallestProportion));
    largest = std::max(largest, points.y.back());
    num_hidden += points.y.back() < kLowestShown ? 1 : 0;
  }
  const std::size_t num_types = result.proportions.size();
  const std::uint64_t num_counted = std::count_if(result.counts.begin(), result.counts.end(),
                                                  [](std::uint64_t count) { return count > 0; });
  Panel panel;
  panel.title =
      fmt::format("{} of {} token types occur among {} counted tokens", CountText(num_counted),
                  CountText(num_types), CountText(result.info.tokens_counted));
  panel.x = {.label = "token id", .lower = 0, .upper = Real(num_types)};
  panel.y = {.label = kLogProportionLabel, .lower = kLowestShown, .upper = std::ceil(largest)};
  panel.y.ticks = NiceTicks(kLowestShown, *panel.y.upper, /*max_ticks=*/8);
  panel.series = {points};

  Figure figure;
  figure.name = "part1";
  figure.height_mm = 70;
  figure.panels = {panel};
  std::vector<std::string> remarks = {
      fmt::format("Counts: {} tokens of {}", CountText(result.info.tokens_counted),
                  Counted(result.info.documents_counted, "document"))};
  const std::uint64_t num_uncounted = num_types - num_counted;
  if (num_hidden > 0) {
    const std::string of_them =
        num_uncounted == num_hidden ? "" : fmt::format(", {} of them", CountText(num_uncounted));
    remarks.push_back(fmt::format("Below the axis: {}{} never counted (ln 1e\u221215 = \u221234.5)",
                                  Counted(num_hidden, "type"), of_them));
  }
  figure.footnote = Footnote(result.info, remarks);
  figure.caption = fmt::format(
      "How often each token of the vocabulary occurs in the corpus. Each point is one token type: "
      "its id, and ln(p + 1e-15), where p is its share of the {} counted tokens. Horizontal rows "
      "of points are types that occur once, twice, three times. Types that never occur lie below "
      "the axis.",
      CountText(result.info.tokens_counted));
  return figure;
}

Figure MakePart2(const Study& result) {
  const StudyInfo& info = result.info;
  Image image;
  image.rows = info.num_sequences;
  image.cols = info.sequence_length;
  image.values.assign(result.token_ids.begin(), result.token_ids.end());
  const double plot_width = 150;  // mm, approximately
  const double square_height =
      plot_width * Real(info.num_sequences) / std::max(1.0, Real(info.sequence_length));
  image.square_pixels = square_height >= 15 && square_height <= 90;
  const std::set<std::int32_t> types(result.token_ids.begin(), result.token_ids.end());

  Panel panel;
  panel.title = fmt::format("{} of {}: {} token types", Counted(info.num_sequences, "sequence"),
                            Counted(info.sequence_length, "token"), CountText(types.size()));
  panel.x.label = "position in the sequence";
  panel.x.ticks = WholeTicks(0, LastOf(info.sequence_length));
  panel.y.label = "sequence";
  panel.y.ticks = WholeTicks(0, LastOf(info.num_sequences), /*max_ticks=*/5);
  if (panel.y.ticks.empty()) panel.y.ticks = {0};
  if (panel.x.ticks.empty()) panel.x.ticks = {0};
  std::vector<std::string> remarks = {"The first S tokens of each document that is long enough"};
  const std::string thinned = ThinOut("sequence", image);
  if (!thinned.empty()) remarks.push_back(thinned);
  panel.image = std::move(image);
  panel.colour_bar = ColourBar{
      .label = "token id", .lower = 0, .upper = std::max(1.0, LastOf(info.shape.vocab_size))};
  panel.colour_bar->ticks = NiceTicks(0, panel.colour_bar->upper, /*max_ticks=*/4);

  Figure figure;
  figure.name = "part2";
  figure.height_mm = panel.image->square_pixels ? square_height + 21 : 60;
  figure.footnote = Footnote(info, remarks);
  figure.caption =
      "The batch that the model reads. Each row is one sequence and each column one position; the "
      "colour is the token id. Low ids (dark) are mostly frequent tokens. Tokens of similar colour "
      "need not have similar meanings.";
  figure.panels = {std::move(panel)};
  return figure;
}

}  // namespace zipflens
