// Tests the rule of significance, and when a study warns that the notebook's r has no support.
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

// r over bins, and the tests of both sides; that of queries is given.
std::vector<Correlation> Rows(double binned, double lower, double q) {
  return {
      Row(Measure::kBinMean, 1, binned, binned - 0.05, binned + 0.05, kNoValue),
      Row(Measure::kTypeRowScore, 1, lower + 0.1, lower, lower + 0.2, q),
      Row(Measure::kTypeColumnScore, 1, binned / 5, binned / 5 - 0.01, binned / 5 + 0.01, 0.01)};
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
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

TEST(EvidenceFor, ComparesSignsAndNeedsIntervalAndQ) {
  const Correlation above = Row(Measure::kTypeRowScore, 0, 0.2, 0.1, 0.3, 0.01);
  const Correlation below = Row(Measure::kTypeRowScore, 0, -0.2, -0.3, -0.1, 0.01);
  EXPECT_EQ(EvidenceFor(0.9, above), Evidence::kSupports);
  EXPECT_EQ(EvidenceFor(-0.9, below), Evidence::kSupports);
  EXPECT_EQ(EvidenceFor(0.9, below), Evidence::kContradicts);
  EXPECT_EQ(EvidenceFor(-0.9, above), Evidence::kContradicts);
  EXPECT_EQ(EvidenceFor(0.9, Row(Measure::kTypeRowScore, 0, -0.2, -0.3, 0.1, 0.01)),
            Evidence::kNotSignificant);
  EXPECT_EQ(EvidenceFor(0.9, Row(Measure::kTypeRowScore, 0, -0.2, -0.3, -0.1, 0.05)),
            Evidence::kNotSignificant);
  EXPECT_EQ(EvidenceFor(0.9, Row(Measure::kPair, 0, -0.2, -0.3, -0.1, kNoValue)),
            Evidence::kUntested);
  EXPECT_EQ(EvidenceFor(0.9, Row(Measure::kPair, 0, -0.2, kNoValue, kNoValue, 0.01)),
            Evidence::kUntested);
  EXPECT_EQ(EvidenceFor(kNoValue, above), Evidence::kUntested);
}

TEST(EvidenceWarnings, NamesTheSideAndTheFigures) {
  const StudyWarnings found = EvidenceWarnings(TwoLayers(), Rows(-0.9, -0.1, 0.01));
  ASSERT_EQ(found.all.size(), 1U);
  EXPECT_TRUE(Has(found.all[0], "layer 1: |r over bin means| is above 0.5, but")) << found.all[0];
  EXPECT_TRUE(Has(found.all[0], "as queries (a part that softmax removes) is not significant"));
  for (const char* figure : {"part5c", "part5d", "part6", "evidence_correlations"}) {
    EXPECT_EQ(found.by_figure.count(figure), 1U) << figure;
  }
}

TEST(EvidenceWarnings, SilentWhereBothAgreeOrTheBinnedRIsSmall) {
  EXPECT_TRUE(EvidenceWarnings(TwoLayers(), Rows(0.9, 0.1, 0.01)).all.empty());
  EXPECT_TRUE(EvidenceWarnings(TwoLayers(), Rows(0.5, -0.1, 0.9)).all.empty());
  EXPECT_EQ(EvidenceWarnings(TwoLayers(), Rows(0.51, 0.1, 0.06)).all.size(), 1U);
}

TEST(EvidenceWarnings, AContradictionOfSignComesFirst) {
  std::vector<Correlation> rows = Rows(0.9, -0.3, 0.01);
  rows[2] = Row(Measure::kTypeColumnScore, 1, 0.0, -0.1, 0.1, 0.6);
  const StudyWarnings found = EvidenceWarnings(TwoLayers(), rows);
  ASSERT_EQ(found.all.size(), 2U);
  EXPECT_TRUE(
      Has(found.all[0], "contradiction: r over bin means and r over token types as queries"))
      << found.all[0];
  EXPECT_TRUE(Has(found.all[0], "have opposite signs, and the latter is significant"));
  EXPECT_TRUE(Has(found.all[1], "as keys is not significant")) << found.all[1];
  EXPECT_TRUE(Has(found.by_figure.at("part6")[0], "have opposite signs"));
}

TEST(EvidenceWarnings, ASmallRContradictsIfItsIntervalLeavesOutZero) {
  EXPECT_EQ(EvidenceWarnings(TwoLayers(), Rows(0.06, -0.3, 0.01)).all.size(), 1U);
  EXPECT_TRUE(EvidenceWarnings(TwoLayers(), Rows(0.04, -0.3, 0.01)).all.empty());
}

TEST(EvidenceWarnings, ComparesPairsRowCentredScoresAndNorms) {
  const auto warnings_of = [](Measure claim, Measure test, double q) {
    return EvidenceWarnings(
        TwoLayers(), {Row(claim, 0, 0.7, 0.6, 0.8, kNoValue), Row(test, 0, -0.2, -0.3, -0.1, q)});
  };
  const StudyWarnings pairs = warnings_of(Measure::kBinMean, Measure::kPair, kNoValue);
  ASSERT_EQ(pairs.all.size(), 1U);
  EXPECT_TRUE(Has(pairs.all[0], "r over all pairs have opposite signs, and the latter is not 0"));
  const StudyWarnings centred =
      warnings_of(Measure::kBinMeanRowCentred, Measure::kTypeColumnCentred, 0.01);
  ASSERT_EQ(centred.all.size(), 1U);
  EXPECT_EQ(centred.by_figure.count("part6_bands"), 1U);
  const StudyWarnings norms = warnings_of(Measure::kLogNorm, Measure::kTypeLogNorm, 0.01);
  ASSERT_EQ(norms.all.size(), 1U);
  EXPECT_EQ(norms.by_figure.count("part4b"), 1U);
}

TEST(EvidenceWarnings, LooksAtTheStudysOwnSourceOfCounts) {
  StudyInfo info = TwoLayers();
  info.options.counts_file = "counts.csv";
  EXPECT_TRUE(EvidenceWarnings(info, Rows(0.9, -0.1, 0.9)).all.empty());
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
