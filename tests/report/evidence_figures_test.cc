// What the figures beside the notebook's say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "small_study.h"

namespace zipflens {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(MakeFigures, EvidenceCorrelationsPutTheNotebooksNumbersBesideIntervals) {
  Study study = MakeSyntheticStudy(SmallShape());
  for (Correlation& row : study.correlations) {
    if (row.measure == Measure::kBinMean && row.sequence == -1) row.estimate = 0.1 * row.layer;
    if (row.measure != Measure::kTypeLogNorm) continue;
    row.estimate = 0.2;
    row.lower = 0.1 * row.layer - 0.31;  // below 0 up to layer 3
    row.upper = 0.5;
    row.q = row.layer == 5 ? 0.2 : 0.01;
  }
  const Figure figure = Of(study, "evidence_correlations");
  ASSERT_EQ(figure.panels.size(), 3U);
  EXPECT_EQ(figure.panels[0].title, "norms by type: significant in 1 of 6 layers");
  const auto named = [](const Panel& panel, const std::string& name, bool hollow) {
    for (const Series& series : panel.series) {
      if (series.name == name && series.hollow == hollow) return series;
    }
    return Series{};
  };
  const Series discs = named(figure.panels[0], "token types", false);
  const Series rings = named(figure.panels[0], "token types", true);
  EXPECT_THAT(discs.x, ElementsAre(4));
  EXPECT_THAT(rings.x, ElementsAre(0, 1, 2, 3, 5));
  EXPECT_THAT(rings.lower, ElementsAre(-0.31, 0.1 - 0.31, 0.2 - 0.31, 0.1 * 3 - 0.31, 0.5 - 0.31));
  EXPECT_THAT(rings.upper, testing::Each(0.5));
  EXPECT_EQ(named(figure.panels[1], "bin means (part 6)", false).y[3], 0.1 * 3);
  for (const Panel& panel : figure.panels) EXPECT_EQ(panel.y.upper, 1);
}

TEST(MakeFigures, ANullStudyStandsInGreyBesideTheRealOne) {
  SyntheticShape shape = SmallShape();
  shape.with_null = true;
  const Study study = MakeSyntheticStudy(shape);
  const Figure figure = Of(study, "evidence_correlations");
  const Series& band = figure.panels[0].series[0];
  EXPECT_EQ(band.mark, Mark::kBand);
  EXPECT_EQ(band.colour, Colour::kGrey);
  EXPECT_EQ(band.lower[2], study.null_study->ByLayer(Measure::kTypeLogNorm)[2].lower);
  EXPECT_THAT(
      figure.caption,
      HasSubstr("Grey: the central 95 % of 20 draws of a null hypothesis, the tokens of each"));
  EXPECT_EQ(Of(study, "part6_bands").panels[0].series[1].y,
            study.null_study->layer_profiles[0].mean);
}

TEST(MakeFigures, SlopesAreAMapOfLayersAndHeadsAroundZero) {
  Study study = MakeSyntheticStudy(SmallShape());
  for (Slope& slope : study.slopes) {
    if (!std::isnan(slope.estimate)) slope.estimate = 0.01 * slope.layer - 0.002 * slope.head;
  }
  // The test of every slope is significant and positive, but for the key slopes of four heads.
  for (Correlation& row : study.correlations) {
    row.lower = 0.1;
    row.upper = 0.3;
    row.q = 0.01;
    const bool is_key = row.measure == Measure::kTypeColumnScore;
    if (is_key && row.layer == 1 && row.head == 3) row.q = 0.5;
    if (is_key && row.layer == 2 && row.head == 4) row.lower = -0.1;
    if (is_key && row.layer == 3 && row.head == 5) row.lower = -0.3, row.upper = -0.1;
    if (is_key && row.layer == 4 && row.head == 6) row.q = kNoValue;
  }
  const Figure figure = Of(study, "slopes");
  ASSERT_EQ(figure.panels.size(), 3U);
  const Panel& panel = figure.panels[1];
  EXPECT_EQ(panel.image->rows, 6U);
  EXPECT_EQ(panel.image->cols, 12U);
  EXPECT_FLOAT_EQ(panel.image->values[4 * 12 + 3], 0.034F);
  EXPECT_EQ(panel.colour_bar->map, ColourMap::kBlueRed);
  EXPECT_EQ(panel.colour_bar->lower, -panel.colour_bar->upper);
  EXPECT_GE(panel.colour_bar->upper, 0.045);
  EXPECT_FALSE(panel.colour_bar->label.empty());
  EXPECT_EQ(panel.series[0].name, "not significant");
  EXPECT_THAT(panel.series[0].x, ElementsAre(3, 4));
  EXPECT_THAT(panel.series[0].y, ElementsAre(1, 2));
  EXPECT_EQ(panel.series[1].name, "opposite sign");
  const auto has_mark = [&panel](int layer, int head) {
    for (std::size_t i = 0; i < panel.series[1].x.size(); ++i) {
      if (panel.series[1].x[i] == head && panel.series[1].y[i] == layer) return true;
    }
    return false;
  };
  for (int layer = 0; layer < 6; ++layer) {
    for (int head = 0; head < 12; ++head) {
      const bool is_other =
          (layer == 1 && head == 3) || (layer == 2 && head == 4) || (layer == 4 && head == 6);
      const bool is_negative = 0.01 * layer - 0.002 * head <= 0;
      const bool is_tested_negative = layer == 3 && head == 5;
      EXPECT_EQ(has_mark(layer, head), !is_other && is_negative != is_tested_negative)
          << layer << " " << head;
    }
  }
  EXPECT_THAT(figure.panels[0].x.label, HasSubstr("softmax removes these slopes"));
  EXPECT_EQ(figure.panels[2].series[1].x.empty(), false) << "row-centred slopes are tested, too";
}

TEST(MakeFigures, SplitAddsUpToOneWithTheCovariances) {
  const Figure figure = Of(MakeSyntheticStudy(SmallShape()), "split");
  for (std::size_t layer = 0; layer < 6; ++layer) {
    double sum = 0;
    for (const Series& series : figure.panels[0].series) sum += series.y[layer];
    EXPECT_NEAR(sum, 1, 1e-12) << layer;
  }
}

TEST(MakeFigures, TypesNameTheMostExtremeAndTheMostFrequent) {
  Study study = MakeSyntheticStudy(SmallShape());
  const int layer = study.info.adjustment_layers[1];
  const TypeRow* most = nullptr;
  TypeRow* high = nullptr;
  for (TypeRow& row : study.types) {
    if (row.layer != layer || row.occurrences < 5) continue;
    if (most == nullptr || row.log_proportion > most->log_proportion) most = &row;
    if (high == nullptr || row.log_proportion < high->log_proportion) high = &row;
  }
  ASSERT_NE(high, nullptr);
  high->mean_log_norm = 50;
  const Series named = Of(study, "types").panels[0].series[2];
  const auto label = [](const TypeRow& row) { return "token" + std::to_string(row.id); };
  EXPECT_THAT(named.point_labels, testing::Contains(label(*high)));
  EXPECT_THAT(named.point_labels, testing::Contains(label(*most)));
  EXPECT_LE(named.point_labels.size(), 11U);
}

TEST(MakeFigures, WarningsStandOnTheirFigure) {
  Study study = MakeSyntheticStudy(SmallShape());
  study.info.figure_warnings["part6"] = {"bins of layer 2 mislead"};
  EXPECT_THAT(Of(study, "part6").warnings, ElementsAre("bins of layer 2 mislead"));
  EXPECT_TRUE(Of(study, "part5d").warnings.empty());
}

TEST(MakeFigures, SharesLeftOutStandInCaptions) {
  Study study = MakeSyntheticStudy(SmallShape());
  study.info.left_out_tokens = 12;   // of 240
  study.info.left_out_pairs = 1152;  // of 11,520
  study.info.left_out_by_reason = {{"punctuation", 7}, {"never counted", 5}};
  EXPECT_THAT(
      Of(study, "part6").caption,
      HasSubstr("Left out: 5.0\u00a0% of the batch's tokens and 10.0\u00a0% of its pairs."));
  EXPECT_THAT(Of(study, "part4b").footnote, HasSubstr("5 never counted, 7 punctuation"));
}

}  // namespace
}  // namespace zipflens
