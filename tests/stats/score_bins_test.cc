// Bin means and standard deviations, compared with a plain two-pass computation.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "zipflens/stats/score_sums.h"

namespace zipflens {
namespace {

struct PlainMoments {
  std::vector<double> mean;
  std::vector<double> std;
};

BinMoments BinsOf(const std::vector<float>& scores, const std::vector<double>& a,
                  const PairBins& bins, ScoreSummarizer& summarizer) {
  std::vector<std::int32_t> ids(a.size());
  std::iota(ids.begin(), ids.end(), 0);
  const PairDesign design(a, ids, {}, /*centre=*/-3.0);
  return summarizer.Summarize({scores.data(), a.size(), a.size()}, {}, PairLayout(design, bins))
      .bins;
}

std::size_t BinOf(double u, const std::vector<double>& edges) {
  std::size_t bin = 0;
  while (bin + 2 < edges.size() && u >= edges[bin + 1]) ++bin;
  return bin;
}

PlainMoments Plain(const std::vector<float>& scores, const std::vector<double>& a,
                   const std::vector<double>& edges) {
  std::vector<std::vector<double>> values(edges.size() - 1);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < a.size(); ++j) {
      const double u = a[i] + a[j];
      if (std::isfinite(u)) values[BinOf(u, edges)].push_back(scores[i * a.size() + j]);
    }
  }
  PlainMoments moments;
  for (const auto& bin : values) {
    long double sum = 0;
    for (const double value : bin) sum += value;
    const long double mean = sum / static_cast<long double>(bin.size());
    long double squares = 0;
    for (const double value : bin) squares += (value - mean) * (value - mean);
    moments.mean.push_back(static_cast<double>(mean));
    moments.std.push_back(
        static_cast<double>(std::sqrt(squares / static_cast<long double>(bin.size()))));
  }
  return moments;
}

TEST(BinnedScores, EqualsPlainTwoPass) {
  std::mt19937 random(3);
  std::normal_distribution<float> score(-7.0F, 3.0F);
  std::normal_distribution<double> log_proportion(-8.0, 2.0);
  ScoreSummarizer summarizer;  // reused for sequences of different length
  for (const std::size_t length : {129U, 33U, 64U}) {
    std::vector<double> a(length);
    for (double& value : a) value = log_proportion(random);
    a[3] = std::numeric_limits<double>::quiet_NaN();
    std::vector<float> scores(length * length);
    for (float& value : scores) value = score(random);
    const PairBins bins(a, 40);
    const BinMoments found = BinsOf(scores, a, bins, summarizer);
    const PlainMoments expected = Plain(scores, a, bins.edges());
    for (std::size_t bin = 0; bin < bins.num_bins(); ++bin) {
      EXPECT_NEAR(found.mean[bin], expected.mean[bin], 1e-12 * std::abs(expected.mean[bin]));
      EXPECT_NEAR(found.std[bin], expected.std[bin], 1e-12 * expected.std[bin] + 1e-15);
    }
  }
}

TEST(BinnedScores, DeviationSurvivesALargeMean) {
  // With mean 1000 and deviation 1e-3, sums of squares would cancel.
  const std::vector<double> a = {-1, -2, -4, -8};
  std::vector<float> scores(16);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i] = 1000.0F + (i % 2 == 0 ? 0.0009765625F : -0.0009765625F);
  }
  const PairBins bins(a, 1);
  ScoreSummarizer summarizer;
  const BinMoments moments = BinsOf(scores, a, bins, summarizer);
  EXPECT_DOUBLE_EQ(moments.mean[0], 1000.0);
  EXPECT_DOUBLE_EQ(moments.std[0], 0.0009765625);
}

TEST(BinnedScores, EmptyBinsHaveNoMean) {
  const std::vector<double> a = {0, 1};
  const PairBins bins(a, 4);
  const std::vector<float> scores = {1, 2, 4, 8};
  ScoreSummarizer summarizer;
  const BinMoments moments = BinsOf(scores, a, bins, summarizer);
  EXPECT_EQ(moments.mean[0], 1.0);
  EXPECT_TRUE(std::isnan(moments.mean[1]));
  EXPECT_TRUE(std::isnan(moments.std[1]));
  EXPECT_EQ(moments.mean[2], 3.0);
  EXPECT_EQ(moments.std[2], 1.0);
  EXPECT_EQ(moments.mean[3], 8.0);
}

}  // namespace
}  // namespace zipflens
