// What the figures say, for whole, partial and degenerate studies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "../figures/test_folder.h"
#include "small_study.h"
#include "tests/figures/write_figures.h"
#include "zipflens/figures/figure_writer.h"
#include "zipflens/report/figure_parts.h"
#include "zipflens/report/figure_text.h"
#include "zipflens/report/report.h"

namespace zipflens {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void SetAll(Study& study, Measure measure, double value) {
  for (Correlation& row : study.correlations) {
    if (row.measure == measure) row.estimate = value;
  }
}

TEST(MakeFigures, GivesFifteenFiguresInOrderAtJournalWidths) {
  std::vector<std::string> names;
  for (const Figure& figure : MakeFigures(MakeSyntheticStudy(SmallShape()), {})) {
    names.push_back(figure.name);
    EXPECT_TRUE(figure.width_mm == 85 || figure.width_mm == 180) << figure.name;
    EXPECT_FALSE(figure.caption.empty()) << figure.name;
    EXPECT_THAT(figure.footnote, HasSubstr("data/all-minilm-l6-v2")) << figure.name;
    EXPECT_THAT(figure.footnote, HasSubstr("B\u00a0=\u00a05, S\u00a0=\u00a048")) << figure.name;
    for (const Panel& panel : figure.panels) EXPECT_FALSE(panel.title.empty()) << figure.name;
  }
  EXPECT_THAT(names,
              ElementsAre("part1", "part2", "part4a", "part4b", "part5a", "part5b", "part5_edges",
                          "part5c", "part5d", "part6", "evidence_correlations", "part6_bands",
                          "types", "slopes", "split"));
}

TEST(MakeFigures, Part1IsTheNotebooksFormula) {
  const Study study = MakeSyntheticStudy(SmallShape());
  const Panel panel = Of(study, "part1").panels[0];
  ASSERT_EQ(panel.series[0].y.size(), 3000U);
  for (std::size_t id = 0; id < 3000; id += 371) {
    EXPECT_DOUBLE_EQ(panel.series[0].x[id], static_cast<double>(id));
    EXPECT_DOUBLE_EQ(panel.series[0].y[id], std::log(study.proportions[id] + 1e-15));
  }
  EXPECT_EQ(panel.y.lower, -14);
  EXPECT_EQ(panel.x.lower, 0);
  EXPECT_EQ(panel.x.upper, 3000);
}

TEST(MakeFigures, Part2IsTheBatchFirstSequenceBelow) {
  const Study study = MakeSyntheticStudy(SmallShape());
  const Image image = Of(study, "part2").panels[0].image.value();
  EXPECT_EQ(image.rows, 5U);
  EXPECT_EQ(image.cols, 48U);
  EXPECT_EQ(image.values[48 + 3], static_cast<float>(study.token_ids[48 + 3]));
}

TEST(MakeFigures, Part4aTitlesGiveRAndDrawPosition0Apart) {
  Study study = MakeSyntheticStudy(SmallShape());
  for (Correlation& row : study.correlations) {
    if (row.measure == Measure::kLogNorm)
      row.estimate = row.layer == 3 ? -0.554 : 0.125 * row.layer;
  }
  const Figure figure = Of(study, "part4a");
  ASSERT_EQ(figure.panels.size(), 3U);
  EXPECT_EQ(figure.panels[0].title, "layer 0, r = 0.00");
  EXPECT_EQ(figure.panels[1].title, "layer 3, r = \u22120.55");
  EXPECT_EQ(figure.panels[2].title, "layer 5, r = 0.62");
  const Series& points = figure.panels[1].series[0];
  const Series& first = figure.panels[1].series[1];
  EXPECT_EQ(points.x.size(), 5U * 47);
  ASSERT_EQ(first.x.size(), 5U);
  EXPECT_EQ(first.mark, Mark::kCrosses);
  for (std::size_t s = 0; s < 5; ++s) {
    EXPECT_EQ(first.y[s], static_cast<double>(study.adjustments[1].log_norm[s * 48]));
  }
}

TEST(MakeFigures, CorrelationAxesAreFixedWithAZeroLine) {
  const Study study = MakeSyntheticStudy(SmallShape());
  std::vector<Panel> panels = {Of(study, "part4b").panels[0], Of(study, "part5d").panels[0],
                               Of(study, "part6").panels[2], Of(study, "part6").panels[3]};
  for (const Panel& panel : panels) {
    EXPECT_EQ(panel.y.lower, -1);
    EXPECT_EQ(panel.y.upper, 1);
    EXPECT_TRUE(panel.y.zero_line);
  }
}

TEST(MakeFigures, Part4bLabelsTheExtremes) {
  Study study = MakeSyntheticStudy(SmallShape());
  for (Correlation& row : study.correlations) {
    if (row.measure == Measure::kLogNorm) row.estimate = row.layer == 2 ? 0.7 : -0.1 * row.layer;
  }
  std::vector<std::string> labels;
  const Figure figure = Of(study, "part4b");
  for (const Series& series : figure.panels[0].series) {
    if (series.label_ends) labels.push_back(series.end_label);
  }
  EXPECT_THAT(labels, ElementsAre("layer 2: 0.70", "layer 5: \u22120.50"));
}

TEST(MakeFigures, Part5aIsSymmetricToTheLastBit) {
  const Study study = MakeSyntheticStudy(SmallShape());
  const Panel panel = Of(study, "part5a").panels[0];
  const Image& image = *panel.image;
  ASSERT_EQ(image.values.size(), 48U * 48);
  for (std::size_t i = 0; i < 48; ++i) {
    for (std::size_t j = 0; j < 48; ++j) {
      const float u = image.values[i * 48 + j];
      const float v = image.values[j * 48 + i];
      EXPECT_TRUE(u == v || (std::isnan(u) && std::isnan(v))) << i << ' ' << j;
    }
  }
  EXPECT_EQ(image.values[5],
            static_cast<float>(study.log_proportions[0] + study.log_proportions[5]));
  EXPECT_EQ(panel.colour_bar->lower, -20);
  EXPECT_EQ(panel.colour_bar->upper, -5);
  EXPECT_TRUE(image.square_pixels);
}

TEST(MakeFigures, Part5EdgesAreThoseOfTheLastSequence) {
  const Study study = MakeSyntheticStudy(SmallShape());
  const Series edges = Of(study, "part5_edges").panels[0].series[0];
  const auto& bins = study.profile_bins.back();
  ASSERT_EQ(edges.x.size(), 41U);
  EXPECT_EQ(edges.x[0], bins[0].left);
  EXPECT_EQ(edges.x[7], bins[7].left);
  EXPECT_EQ(edges.x[40], bins[39].right);
  for (std::size_t i = 0; i < 41; ++i) {
    const double expected =
        bins[0].left + (bins[39].right - bins[0].left) * static_cast<double>(i) / 40;
    EXPECT_NEAR(edges.y[i], expected, 1e-12);
  }
}

TEST(MakeFigures, Part5cDrawsEverySequenceAndTheAverageOnTop) {
  const Study study = MakeSyntheticStudy(SmallShape());
  const Figure muted = Of(study, "part5c");
  ASSERT_EQ(muted.panels.size(), 2U);
  ASSERT_EQ(muted.panels[0].series.size(), 6U);
  EXPECT_EQ(muted.panels[0].series[0].colour, muted.panels[0].series[4].colour);
  EXPECT_EQ(muted.panels[0].series.back().name, "average over sequences");
  EXPECT_FALSE(muted.panels[0].colour_bar);
  const Figure hues = Of(study, "part5c", {.sequence_hues = true});
  EXPECT_EQ(hues.panels[0].series[3].colour_value, 3.0);
  EXPECT_TRUE(hues.panels[1].colour_bar->shown);
}

TEST(MakeFigures, Part6ColoursDepthTheSameWhateverLayersWereStudied) {
  SyntheticShape shape = SmallShape();
  shape.num_layers = 12;
  shape.layers = {2, 7, 11};
  const Study study = MakeSyntheticStudy(shape);
  const Figure figure = Of(study, "part6");
  ASSERT_EQ(figure.panels.size(), 4U);
  for (const Panel& panel : figure.panels) {
    EXPECT_EQ(panel.colour_bar->lower, 0);
    EXPECT_EQ(panel.colour_bar->upper, 11);
  }
  EXPECT_EQ(figure.panels[0].series.size(), 3U);
  EXPECT_EQ(figure.panels[0].series[1].name, "layer 7");
  EXPECT_EQ(figure.panels[0].series[1].colour_value, 7.0);
  EXPECT_EQ(Of(study, "part4b").panels[0].x.upper, 11.5);
}

TEST(MakeFigures, SaysWhatWasLeftOut) {
  Study study = MakeSyntheticStudy(SmallShape());
  study.info.left_out_tokens = 12;
  study.info.left_out_pairs = 3456;
  study.info.merged_sequences = {1, 4};
  study.info.empty_bins = 1;
  EXPECT_THAT(Of(study, "part4b").footnote, HasSubstr("Left out: 12 of 240 batch tokens"));
  EXPECT_THAT(Of(study, "part4a").footnote, HasSubstr("position 0 is not in r"));
  for (const char* name : {"part5c", "part5d", "part6"}) {
    const std::string footnote = Of(study, name).footnote;
    EXPECT_THAT(footnote, HasSubstr("Left out: 3,456 pairs"));
    EXPECT_THAT(footnote, HasSubstr("2 sequences with merged bins"));
    EXPECT_THAT(footnote, HasSubstr("1 empty bin left out"));
  }
  EXPECT_THAT(Of(study, "part6").footnote, HasSubstr("averaged over 3 sequences"));
  EXPECT_THAT(Of(study, "part5b").footnote, HasSubstr("Every 500th pair"));
}

TEST(MakeFigures, ManySequencesFadeAndSayHowTheyAreShaded) {
  SyntheticShape shape = SmallShape();
  shape.sequence_length = 16;
  shape.num_bins = 4;
  const Study few = MakeSyntheticStudy(shape);
  shape.num_sequences = 300;
  const Study many = MakeSyntheticStudy(shape);
  EXPECT_THAT(Of(few, "part5c").footnote, Not(HasSubstr("darker")));
  EXPECT_THAT(Of(many, "part5c").footnote, HasSubstr("Shade: darker where more overlap"));
  EXPECT_THAT(Of(many, "part5c").footnote, Not(HasSubstr("colours")));
  EXPECT_THAT(Of(many, "part5c", {.sequence_hues = true}).footnote, HasSubstr("colours"));
  EXPECT_LT(Of(many, "part5c").panels[0].series[0].opacity,
            Of(few, "part5c").panels[0].series[0].opacity);
  EXPECT_THAT(Of(many, "part4a").footnote, Not(HasSubstr("darker")));  // 4,800 tokens do not hide
}

TEST(ThinOut, LeavesWhatCanBeSeenAndSaysWhatItDrops) {
  Image whole{.rows = 512, .cols = 512};
  EXPECT_EQ(ThinOut("position", whole), "");
  EXPECT_EQ(whole.row_step * whole.col_step, 1U);
  Image tall{.rows = 4096, .cols = 512};
  EXPECT_EQ(ThinOut("sequence", tall), "1 in 8 sequences is drawn");
  EXPECT_EQ(tall.row_step, 8U);
  EXPECT_EQ(tall.col_step, 1U);
  Image square{.rows = 1025, .cols = 1025};
  EXPECT_EQ(ThinOut("position", square), "1 in 3 positions is drawn");
  EXPECT_EQ(square.col_step, 3U);
}

TEST(MakeFigures, SaysNothingWhereNothingWasLeftOut) {
  Study study = MakeSyntheticStudy(SmallShape());
  study.info.left_out_tokens = study.info.left_out_pairs = 0;
  EXPECT_THAT(Of(study, "part4b").footnote, Not(HasSubstr("Left out")));
  EXPECT_THAT(Of(study, "part6").footnote, Not(HasSubstr("Left out")));
}

TEST(MakeFigures, UndefinedCorrelationsAreCalledSo) {
  Study study = MakeSyntheticStudy(SmallShape());
  for (const Measure measure : {Measure::kLogNorm, Measure::kBinMean, Measure::kBinStd})
    SetAll(study, measure, kNaN);
  EXPECT_EQ(Of(study, "part4a").panels[0].title, "layer 0, r = not defined");
  EXPECT_EQ(Of(study, "part4b").panels[0].remark, "r is not defined for any layer");
  EXPECT_THAT(Of(study, "part6").panels[2].title, HasSubstr("r is not defined"));
  EXPECT_EQ(Of(study, "part5d").panels[0].remark, "r is not defined for any sequence");
}

TEST(MakeFigures, ShortensLongNamesBetweenCharacters) {
  Study study = MakeSyntheticStudy(SmallShape());
  std::string name;
  for (int i = 0; i < 200; ++i) name += "\u00e9";
  study.info.options.model = name;
  const std::string footnote = Of(study, "part4b").footnote;
  EXPECT_LT(footnote.size(), 400U);
  EXPECT_THAT(footnote, HasSubstr("\u00e9\u2026\u00e9"));
}

/// Draws everything as SVG.
void Draw(const Study& study) {
  const TestFolder folder;
  WriteFigures(MakeFigures(study, {}), folder.path(), {.formats = {FigureFormat::kSvg}}, nullptr);
  std::size_t num_pictures = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    num_pictures += entry.path().extension() == ".svg" ? 1 : 0;
  }
  EXPECT_EQ(num_pictures, 15U);
}

TEST(DrawnFigures, OneLayerAndOneSequence) {
  SyntheticShape shape = SmallShape();
  shape.num_layers = 1;
  shape.num_sequences = 1;
  Draw(MakeSyntheticStudy(shape));
}

TEST(DrawnFigures, OneHeadWithANullAndWarnings) {
  SyntheticShape shape = SmallShape();
  shape.num_layers = 1;
  shape.num_heads = 1;
  shape.with_null = true;
  Study study = MakeSyntheticStudy(shape);
  study.info.figure_warnings["slopes"] = {"it's one head", "and \"one\" layer"};
  Draw(study);
}

TEST(DrawnFigures, WithoutTheNewTables) {
  SyntheticShape shape = SmallShape();
  shape.with_evidence = false;
  Draw(MakeSyntheticStudy(shape));
}

TEST(DrawnFigures, NaNIntervalsSlopesAndShares) {
  Study study = MakeSyntheticStudy(SmallShape());
  for (Correlation& row : study.correlations) row.lower = row.upper = row.p = row.q = kNaN;
  for (Slope& slope : study.slopes) slope.estimate = slope.cluster_q = slope.type_q = kNaN;
  for (Explained& row : study.explained) row.estimate = row.lower = row.upper = kNaN;
  for (SplitShare& row : study.splits) row.share = row.mean = kNaN;
  for (TypeRow& row : study.types) row.mean_log_norm = row.mean_row_score = kNaN;
  for (LayerProfile& profile : study.layer_profiles) {
    std::fill(profile.lower.begin(), profile.lower.end(), kNaN);
  }
  Draw(study);
}

TEST(DrawnFigures, ASubsetOfLayers) {
  SyntheticShape shape = SmallShape();
  shape.layers = {4};
  Draw(MakeSyntheticStudy(shape));
}

TEST(DrawnFigures, NothingButNaN) {
  Study study = MakeSyntheticStudy(SmallShape());
  for (const Measure measure : {Measure::kLogNorm, Measure::kBinMean, Measure::kBinStd})
    SetAll(study, measure, kNaN);
  for (double& a : study.log_proportions) a = kNaN;
  for (double& u : study.score_sample.pair_log_proportion) u = kNaN;
  for (auto& bins : study.profile_bins) bins.clear();
  for (LayerProfile& profile : study.layer_profiles) {
    for (auto* values : {&profile.centre, &profile.mean, &profile.std}) {
      for (double& value : *values) value = kNaN;
    }
  }
  Draw(study);
}

TEST(DrawnFigures, NothingAtAll) {
  Study study;
  study.info.num_sequences = 1;
  study.info.sequence_length = 1;
  study.info.shape.num_layers = 1;
  study.token_ids = {0};
  study.log_proportions = {kNaN};
  Draw(study);
}

TEST(EqualCountMeans, AreTheMeansOfSortedGroupsWithTiesTogether) {
  const std::vector<double> x = {4, 1, 3, 2, kNaN, 2};
  const std::vector<double> y = {40, 10, 30, 20, 99, 26};
  const BinnedLine line = EqualCountMeans(x, y, 2);  // 1 2 2 | 3 4
  EXPECT_THAT(line.x, ElementsAre(5.0 / 3, 3.5));
  EXPECT_THAT(line.y, ElementsAre(56.0 / 3, 35));
}

TEST(ShownCorrelation, IsPearsonsR) {
  // By hand: x 1 2 3 4, y 2 1 4 3: r = 3 / 5.
  EXPECT_NEAR(
      ShownCorrelation(std::vector<double>{1, 2, 3, kNaN, 4}, std::vector<double>{2, 1, 4, 5, 3}),
      0.6, 1e-12);
  EXPECT_TRUE(std::isnan(ShownCorrelation(std::vector<double>{1, 1}, std::vector<double>{1, 2})));
}

TEST(Median, IgnoresWhatIsNotANumber) {
  EXPECT_EQ(Median({3, kNaN, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 2, 3}), 2.5);
  EXPECT_TRUE(std::isnan(Median({kNaN})));
}

}  // namespace
}  // namespace zipflens
