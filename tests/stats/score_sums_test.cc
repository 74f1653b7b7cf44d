// Designs and score sums, compared with the same pairs written out one by one.

#include "zipflens/stats/score_sums.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/stats/pair_oracle.h"
#include "zipflens/base/check.h"
#include "zipflens/stats/correlation.h"

namespace zipflens {
namespace {

constexpr double kCentre = -4.5;

PairDesign DesignOf(const RandomSequence& sequence) {
  return {sequence.log_proportions, sequence.token_ids, sequence.special, kCentre};
}

void ExpectClose(double found, double expected, const char* what, std::size_t place = 0) {
  EXPECT_NEAR(found, expected, 1e-10 * (1 + std::abs(expected))) << what << " " << place;
}

TEST(PairDesign, ProductsEqualThoseOfTheMatrixOfPairs) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    const RandomSequence sequence(30 + seed, seed);
    const DesignSums sums = DesignOf(sequence).sums();
    const std::vector<OraclePair> pairs = AllPairs(sequence, kCentre);
    ASSERT_EQ(sums.num_tokens * sums.num_tokens, pairs.size());
    ASSERT_LT(sums.num_tokens, sequence.length());
    double mean_u = 0;
    for (const OraclePair& pair : pairs) mean_u += pair.u / static_cast<double>(pairs.size());
    double squares_u = 0;
    TermMatrix products{};
    TermMatrix centred{};
    for (const OraclePair& pair : pairs) {
      squares_u += (pair.u - mean_u) * (pair.u - mean_u);
      for (std::size_t k = 0; k < kNumPairTerms; ++k) {
        for (std::size_t l = 0; l < kNumPairTerms; ++l) {
          products[k * kNumPairTerms + l] += pair.terms[k] * pair.terms[l];
          centred[k * kNumPairTerms + l] += pair.centred_terms[k] * pair.centred_terms[l];
        }
      }
    }
    ExpectClose(sums.mean_u, mean_u, "mean of u");
    ExpectClose(sums.sum_squares_u, squares_u, "squares of u");
    for (std::size_t cell = 0; cell < products.size(); ++cell) {
      ExpectClose(sums.products[cell], products[cell], "X'X", cell);
      ExpectClose(sums.centred_products[cell], centred[cell], "centred X'X", cell);
    }
  }
}

TEST(ScoreSummarizer, SumsEqualThoseOfTheMatrixOfPairs) {
  for (const double level : {0.0, 1000.0}) {
    const RandomSequence sequence(37, /*seed=*/8, level);
    const ScoreSums sums = SummaryOf(sequence, DesignOf(sequence), 10).sums;
    const std::vector<OraclePair> pairs = AllPairs(sequence, kCentre);
    const auto n = static_cast<double>(pairs.size());
    double mean = 0;
    double mean_query = 0;
    double mean_key = 0;
    for (const OraclePair& pair : pairs) {
      mean += pair.z / n;
      mean_query += pair.query_only / n;
      mean_key += pair.key_only / n;
    }
    ScoreSums expected;
    for (const OraclePair& pair : pairs) {
      const double z = pair.z - mean;
      expected.sum_squares += z * z;
      expected.centred_sum_squares += pair.centred_z * pair.centred_z;
      for (std::size_t k = 0; k < kNumPairTerms; ++k) {
        expected.products[k] += pair.terms[k] * z;
        expected.centred_products[k] += pair.terms[k] * pair.centred_z;
      }
      expected.query_only_sum_squares += std::pow(pair.query_only - mean_query, 2);
      expected.key_only_sum_squares += std::pow(pair.key_only - mean_key, 2);
      expected.query_only_products += (pair.query_only - mean_query) * z;
      expected.key_only_products += (pair.key_only - mean_key) * z;
    }
    EXPECT_EQ(sums.num_pairs, pairs.size());
    ExpectClose(sums.mean, mean, "mean");
    ExpectClose(sums.sum_squares, expected.sum_squares, "squares");
    ExpectClose(sums.centred_sum_squares, expected.centred_sum_squares, "centred squares");
    for (std::size_t k = 0; k < kNumPairTerms; ++k) {
      // Sums of products cancel, so their errors are relative to their largest terms.
      const double size = 1e-9 * (1 + level) * std::abs(expected.products[8]) + 1e-7;
      EXPECT_NEAR(sums.products[k], expected.products[k], size) << k;
      EXPECT_NEAR(sums.centred_products[k], expected.centred_products[k], size) << k;
    }
    ExpectClose(sums.query_only_mean, mean_query, "query-only mean");
    ExpectClose(sums.key_only_mean, mean_key, "key-only mean");
    EXPECT_EQ(sums.constant, 0.3);
    ExpectClose(sums.query_only_sum_squares, expected.query_only_sum_squares, "query-only");
    ExpectClose(sums.key_only_sum_squares, expected.key_only_sum_squares, "key-only");
    ExpectClose(sums.query_only_products, expected.query_only_products, "query-only z");
    ExpectClose(sums.key_only_products, expected.key_only_products, "key-only z");
  }
}

TEST(ScoreSummarizer, BinsAndMeansEqualThoseOfTheMatrixOfPairs) {
  const RandomSequence sequence(41, /*seed=*/5);
  const std::size_t num_bins = 8;
  const PairBins bins(sequence.log_proportions, num_bins);
  const ScoreSummary summary = SummaryOf(sequence, DesignOf(sequence), num_bins);
  const std::vector<OraclePair> pairs = AllPairs(sequence, kCentre);
  for (std::size_t bin = 0; bin < bins.num_bins(); ++bin) {
    std::vector<double> z;
    std::vector<double> centred;
    for (const OraclePair& pair : pairs) {
      const bool last = bin + 1 == bins.num_bins();
      if (pair.u < bins.edges()[bin]) continue;
      if (pair.u >= bins.edges()[bin + 1] && !(last && pair.u == bins.edges()[bin + 1])) continue;
      z.push_back(pair.z);
      centred.push_back(pair.centred_z);
    }
    ASSERT_EQ(z.size(), bins.pairs_per_bin()[bin]);
    const PairMoments moments = PairMoments::Of(z, centred);
    const auto n = static_cast<double>(z.size());
    ExpectClose(summary.bins.mean[bin], moments.mean_x, "mean", bin);
    ExpectClose(summary.bins.std[bin], std::sqrt(moments.sum_xx / n), "deviation", bin);
    ExpectClose(summary.centred_bins.mean[bin], moments.mean_y, "centred mean", bin);
    ExpectClose(summary.centred_bins.std[bin], std::sqrt(moments.sum_yy / n), "centred dev.", bin);
  }
  std::vector<double> rows(sequence.length(), 0.0);
  std::vector<double> columns(sequence.length(), 0.0);
  double per_row = 0;
  for (const OraclePair& pair : pairs) {
    rows[pair.query] += pair.z;
    columns[pair.key] += pair.z;
    per_row += pair.query == pairs[0].query ? 1 : 0;
  }
  for (std::size_t i = 0; i < sequence.length(); ++i) {
    if (std::isnan(sequence.log_proportions[i])) {
      EXPECT_TRUE(std::isnan(summary.row_means[i]) && std::isnan(summary.column_means[i]));
      continue;
    }
    ExpectClose(summary.row_means[i], rows[i] / per_row, "row mean", i);
    ExpectClose(summary.column_means[i], columns[i] / per_row, "column mean", i);
  }
}

TEST(ScoreSummarizer, OneTokenTypeHasSumsButNoBins) {
  const std::vector<double> a(3, -2.0);
  const std::vector<std::int32_t> ids(3, 7);
  const std::vector<float> scores = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const PairDesign design(a, ids, {}, /*centre=*/-2.0);
  ScoreSummarizer summarizer;
  const PairBins bins(a, 4);
  const ScoreSummary summary =
      summarizer.Summarize({scores.data(), 3, 3}, {}, PairLayout(design, bins));
  EXPECT_TRUE(summary.bins.mean.empty());
  EXPECT_EQ(summary.sums.mean, 5.0);
  EXPECT_EQ(summary.sums.sum_squares, 60.0);
  EXPECT_EQ(summary.sums.centred_sum_squares, 6.0);
  EXPECT_EQ(summary.row_means, (std::vector<double>{2, 5, 8}));
  EXPECT_EQ(summary.column_means, (std::vector<double>{4, 5, 6}));
}

TEST(ScoreSummarizer, NoTokenTakesPart) {
  const std::vector<double> a(2, std::nan(""));
  const std::vector<float> scores = {1, 2, 3, 4};
  const PairDesign design(a, std::vector<std::int32_t>{1, 2}, {}, 0.0);
  ScoreSummarizer summarizer;
  const PairBins bins(a, 4);
  const ScoreSummary summary =
      summarizer.Summarize({scores.data(), 2, 2}, {}, PairLayout(design, bins));
  EXPECT_EQ(summary.sums.num_pairs, 0U);
  EXPECT_TRUE(std::isnan(summary.row_means[1]));
}

TEST(ScoreSummarizer, AnotherSequencesDesignIsACallersBug) {
  const RandomSequence sequence(10, 1);
  const RandomSequence other(11, 1);
  EXPECT_THROW(SummaryOf(sequence, DesignOf(other), 4), CheckFailure);
}

}  // namespace
}  // namespace zipflens
