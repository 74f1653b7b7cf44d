// Tests when a study warns: |r| over bins is large, but the correlation over token types is not
// significant.
#include "zipflens/study/study_warnings.h"

#include <gtest/gtest.h>

namespace zipflens {
namespace {

StudyInfo TwoLayers() {
  StudyInfo info;
  info.options.layers = {0, 1};
  info.options.profile_layer = 1;
  return info;
}

Correlation Row(Measure measure, int layer, double estimate, double lower, double upper, double q) {
  return {.measure = measure,
          .layer = layer,
          .estimate = estimate,
          .lower = lower,
          .upper = upper,
          .q = q,
          .method = CorrelationMethod::kPearson};
}

std::vector<Correlation> Rows(double binned, double lower, double q) {
  return {Row(Measure::kBinMean, 1, binned, 0.0, 1.0, kNoValue),
          Row(Measure::kTypeRowScore, 1, 0.2, lower, 0.3, q),
          Row(Measure::kTypeColumnScore, 1, 0.2, 0.1, 0.3, 0.01)};
}

TEST(IsSignificant, NeedsIntervalAndQ) {
  EXPECT_TRUE(IsSignificant(Row(Measure::kPair, 0, 0.2, 0.1, 0.3, 0.049)));
  EXPECT_TRUE(IsSignificant(Row(Measure::kPair, 0, -0.2, -0.3, -0.1, 0.01)));
  EXPECT_FALSE(IsSignificant(Row(Measure::kPair, 0, 0.2, 0.1, 0.3, 0.05)));
  EXPECT_FALSE(IsSignificant(Row(Measure::kPair, 0, 0.2, -0.1, 0.3, 0.01)));
  EXPECT_FALSE(IsSignificant(Row(Measure::kPair, 0, 0.2, 0.0, 0.3, 0.01)));
  EXPECT_FALSE(IsSignificant(Row(Measure::kPair, 0, 0.2, kNoValue, kNoValue, 0.01)));
  EXPECT_FALSE(IsSignificant(Row(Measure::kPair, 0, 0.2, 0.1, 0.3, kNoValue)));
}

TEST(BinnedWarnings, NamesTheSideAndTheFigures) {
  const StudyWarnings found = BinnedWarnings(TwoLayers(), Rows(-0.9, -0.1, 0.01));
  ASSERT_EQ(found.all.size(), 1U);
  EXPECT_NE(found.all[0].find("layer 1:"), std::string::npos);
  EXPECT_NE(found.all[0].find("queries"), std::string::npos);
  for (const char* figure : {"part5c", "part5d", "part6", "evidence_correlations"}) {
    EXPECT_EQ(found.by_figure.count(figure), 1U) << figure;
  }
}

TEST(BinnedWarnings, SilentWhereBothAgreeOrTheBinnedRIsSmall) {
  EXPECT_TRUE(BinnedWarnings(TwoLayers(), Rows(0.9, 0.1, 0.01)).all.empty());
  EXPECT_TRUE(BinnedWarnings(TwoLayers(), Rows(0.5, -0.1, 0.9)).all.empty());
  EXPECT_EQ(BinnedWarnings(TwoLayers(), Rows(0.51, 0.1, 0.06)).all.size(), 1U);
}

TEST(BinnedWarnings, LooksAtTheStudysOwnSourceOfCounts) {
  StudyInfo info = TwoLayers();
  info.options.counts_file = "counts.csv";
  EXPECT_TRUE(BinnedWarnings(info, Rows(0.9, -0.1, 0.9)).all.empty());
}

TEST(LeftOutWarnings, SaysWhyWithShares) {
  StudyInfo info;
  info.num_sequences = 2;
  info.sequence_length = 10;
  EXPECT_TRUE(LeftOutWarnings(info).empty());
  info.left_out_tokens = 5;
  info.left_out_pairs = 50;
  info.left_out_by_reason = {{"position", 4}, {"never counted", 1}};
  ASSERT_EQ(LeftOutWarnings(info).size(), 1U);
  EXPECT_NE(LeftOutWarnings(info)[0].find("5 of 20 tokens of the batch (25.0 %; never counted 1, "
                                          "position 4), and the 50 pairs they are in (25.0 %)"),
            std::string::npos)
      << LeftOutWarnings(info)[0];
}

}  // namespace
}  // namespace zipflens
