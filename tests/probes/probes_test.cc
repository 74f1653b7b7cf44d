// Probes that receive values made by hand, without a model.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/probes/adjustment_norm_probe.h"
#include "zipflens/probes/head_statistics_probe.h"
#include "zipflens/probes/probe_set.h"
#include "zipflens/probes/raw_capture_probe.h"
#include "zipflens/probes/score_sample_probe.h"

namespace zipflens {
namespace {

constexpr ProbePoint kScores{2, PointKind::kMeanAttentionScores};
constexpr ProbePoint kMeanRows{2, PointKind::kMeanScoreRows};
constexpr ProbePoint kOutput{2, PointKind::kAttentionOutput};
constexpr auto kMatrices = HeadStatisticsProbe::Scores::kMatrices;
constexpr auto kRows = HeadStatisticsProbe::Scores::kRows;

// Passes a score matrix to a probe, `step` rows at a time in this order.
void HandRows(Probe& probe, const ProbePoint& point, int head_idx, MatrixView<const float> matrix,
              std::span<const std::uint32_t> order, std::size_t step) {
  for (std::size_t first = 0; first < order.size(); first += step) {
    const auto queries = order.subspan(first, std::min(step, order.size() - first));
    std::vector<float> rows;
    for (const std::uint32_t query : queries) {
      rows.insert(rows.end(), matrix.Row(query), matrix.Row(query) + matrix.cols);
    }
    probe.OnScoreRows(point, head_idx, {queries, {rows.data(), queries.size(), matrix.cols}});
  }
}

std::vector<std::uint32_t> InReverse(std::uint32_t length) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < length; ++i) order.push_back(length - 1 - i);
  return order;
}

TEST(ScoreSampleProbe, SamplesEvery500thPairInRowMajorOrder) {
  ScoreSampleProbe probe({2});
  EXPECT_EQ(probe.WantedPoints(ModelShape()), (std::vector<ProbePoint>{kMeanRows}));
  std::vector<float> scores(1600);
  for (const float shift : {0.0F, 10.0F}) {  // one sequence after another
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = static_cast<float>(i) + shift;
    probe.BeginSequence(0);
    HandRows(probe, kMeanRows, -1, {scores.data(), 40, 40}, InReverse(40), 12);
    const std::vector<float> expected = {shift, 500 + shift, 1000 + shift, 1500 + shift};
    EXPECT_EQ(probe.TakeSamples(), (std::vector<std::vector<float>>{expected}));
  }
}

TEST(AdjustmentNormProbe, TakesTheLogarithmOfEuclideanNorms) {
  AdjustmentNormProbe probe({2});
  EXPECT_EQ(probe.WantedPoints(ModelShape()), (std::vector<ProbePoint>{kOutput}));
  const std::vector<float> outputs = {3, 4, 0, 1};
  probe.BeginSequence(0);
  probe.OnValues(kOutput, -1, {outputs.data(), 2, 2});
  const auto norms = probe.TakeLogNorms();
  ASSERT_EQ(norms.size(), 2U);
  EXPECT_FLOAT_EQ(norms[0], std::log(5.0F));
  EXPECT_FLOAT_EQ(norms[1], 0.0F);
}

template <typename Call>
std::string MessageOf(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Probes, RefuseWhatIsNotANumberNamingLayerAndSequence) {
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    const std::vector<float> values = {1, 2, bad, 4};
    ScoreSampleProbe scores({2});
    scores.BeginSequence(17);
    const std::string message = MessageOf([&] {
      HandRows(scores, kMeanRows, -1, {values.data(), 2, 2}, InReverse(2), 12);
    });
    EXPECT_NE(message.find("layer.2.attention.mean_scores of sequence 17"), std::string::npos)
        << message;
    EXPECT_NE(message.find("[1, 0]"), std::string::npos) << message;
    AdjustmentNormProbe norms({2});
    norms.BeginSequence(17);
    EXPECT_NE(MessageOf([&] { norms.OnValues(kOutput, -1, {values.data(), 2, 2}); }), "no error");
  }
}

TEST(AdjustmentNormProbe, AZeroVectorHasNoLogNorm) {
  const std::vector<float> values = {0, 0, 3, 4};
  AdjustmentNormProbe norms({2});
  norms.BeginSequence(0);
  norms.OnValues(kOutput, -1, {values.data(), 2, 2});
  const std::vector<float> found = norms.TakeLogNorms();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(std::isnan(found[0]));
  EXPECT_NEAR(found[1], std::log(5.0), 1e-6);
}

TEST(ProbeSet, HandsEachPointToThoseThatWantIt) {
  std::vector<std::string> heard;
  const auto listener = [&heard](const std::string& name) {
    return [&heard, name](std::size_t sequence_idx, const ProbePoint& point, int head_idx,
                          MatrixView<const float>) {
      heard.push_back(name + ":" + std::to_string(sequence_idx) + ":" + PointName(point) + ":" +
                      std::to_string(head_idx));
    };
  };
  RawCaptureProbe first({kScores, kOutput}, listener("first"));
  RawCaptureProbe second({kOutput, {0, PointKind::kAttentionScores}}, listener("second"));
  first.BeginSequence(3);
  ProbeSet set({&first, &second}, ModelShape());
  EXPECT_EQ(set.WantedPoints(ModelShape()),
            (std::vector<ProbePoint>{{0, PointKind::kAttentionScores}, kScores, kOutput}));
  const float value = 1;
  const MatrixView<const float> view(&value, 1, 1);
  set.OnValues({0, PointKind::kAttentionScores}, 5, view);
  set.OnValues(kScores, -1, view);
  set.OnValues(kOutput, -1, view);
  EXPECT_EQ(heard,
            (std::vector<std::string>{
                "second:0:layer.0.attention.scores:5", "first:3:layer.2.attention.mean_scores:-1",
                "first:3:layer.2.attention.output:-1", "second:0:layer.2.attention.output:-1"}));
}

TEST(HeadStatisticsProbe, SummarisesEachHeadAndTheirMean) {
  const std::vector<double> a = {-1, -2};
  const PairBins bins(a, 1);
  const PairDesign design(a, std::vector<std::int32_t>{5, 6}, {}, /*centre=*/-1.5);
  HeadStatisticsProbe probe({2}, /*num_heads=*/2, kMatrices);
  EXPECT_EQ(probe.WantedPoints(ModelShape()),
            (std::vector<ProbePoint>{
                {2, PointKind::kScoreBiasParts}, {2, PointKind::kAttentionScores}, kScores}));
  const std::vector<float> parts0 = {1, 3, 0, 0, 2, 2};
  const std::vector<float> parts1 = {0, 0, 4, 8, -1, -1};
  const std::vector<float> head0 = {1, 2, 3, 6};
  const std::vector<float> head1 = {3, 2, 1, -2};
  const std::vector<float> mean = {2, 2, 2, 2};
  for (std::size_t sequence = 0; sequence < 2; ++sequence) {  // nothing is left from the first
    probe.BeginSequence(sequence, PairLayout(design, bins));
    probe.OnValues({2, PointKind::kScoreBiasParts}, 0, {parts0.data(), 3, 2});
    probe.OnValues({2, PointKind::kScoreBiasParts}, 1, {parts1.data(), 3, 2});
    probe.OnValues({2, PointKind::kAttentionScores}, 0, {head0.data(), 2, 2});
    probe.OnValues({2, PointKind::kAttentionScores}, 1, {head1.data(), 2, 2});
    probe.OnValues(kScores, -1, {mean.data(), 2, 2});
    const std::vector<ScoreSummary> summaries = probe.TakeSummary().scores;
    ASSERT_EQ(summaries.size(), 3U);
    EXPECT_EQ(summaries[0].sums.mean, 2.0);
    EXPECT_EQ(summaries[0].sums.query_only_mean, 1.0);
    EXPECT_EQ(summaries[0].sums.key_only_mean, 3.0);
    EXPECT_EQ(summaries[0].sums.constant, 0.5);
    EXPECT_EQ(summaries[1].sums.mean, 3.0);
    EXPECT_EQ(summaries[1].row_means, (std::vector<double>{1.5, 4.5}));
    EXPECT_EQ(summaries[1].sums.query_only_sum_squares, 4.0);
    EXPECT_EQ(summaries[2].column_means, (std::vector<double>{2, 0}));
    EXPECT_EQ(summaries[2].sums.key_only_sum_squares, 16.0);
    EXPECT_EQ(summaries[2].sums.constant, -1.0);
  }
}

TEST(HeadStatisticsProbe, RefusesWhatIsNotANumber) {
  const std::vector<double> a = {-1, std::nan("")};
  const PairBins bins(a, 1);
  const PairDesign design(a, std::vector<std::int32_t>{5, 6}, {}, /*centre=*/0.0);
  HeadStatisticsProbe probe({2}, /*num_heads=*/1, kMatrices);
  probe.BeginSequence(4, PairLayout(design, bins));
  const std::vector<float> parts(6, 0.0F);
  probe.OnValues({2, PointKind::kScoreBiasParts}, 0, {parts.data(), 3, 2});
  // The check also covers tokens that are left out.
  const std::vector<float> scores = {1, 2, std::numeric_limits<float>::infinity(), 6};
  try {
    probe.OnValues({2, PointKind::kAttentionScores}, 0, {scores.data(), 2, 2});
    FAIL() << "an infinite score was taken";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              "layer.2.attention.scores of sequence 4 is inf at [1, 0] (layer 2): expected finite "
              "numbers");
  }
}

// A sequence in which some tokens are left out.
struct Sequence {
  static constexpr std::size_t kLength = 50;
  std::vector<double> a;
  std::vector<std::int32_t> ids;

  Sequence() {
    std::mt19937 generator(5);
    for (std::size_t i = 0; i < kLength; ++i) {
      ids.push_back(static_cast<std::int32_t>(generator() % 20));
      a.push_back(ids.back() == 7 ? std::nan("") : -1.5 - 0.3 * ids.back());
    }
  }
  PairBins Bins() const { return {a, 6}; }
  PairDesign Design() const { return {a, ids, {}, /*centre=*/-4.0}; }
};

TEST(HeadStatisticsProbe, RowsGiveWhatMatricesGive) {
  const Sequence sequence;
  const PairBins bins = sequence.Bins();
  const PairDesign design = sequence.Design();
  constexpr std::size_t kLength = Sequence::kLength;
  std::mt19937 generator(6);
  std::normal_distribution<float> normal(2.0F, 3.0F);
  const auto random = [&](std::size_t size) {
    std::vector<float> values(size);
    for (float& value : values) value = normal(generator);
    return values;
  };
  const std::vector<float> parts = random(3 * kLength);
  const std::vector<float> head = random(kLength * kLength);
  const std::vector<float> mean = random(kLength * kLength);
  const MatrixView<const float> head_view(head.data(), kLength, kLength);
  const MatrixView<const float> mean_view(mean.data(), kLength, kLength);
  HeadStatisticsProbe matrices({2}, /*num_heads=*/1, kMatrices);
  HeadStatisticsProbe rows({2}, /*num_heads=*/1, kRows);
  EXPECT_EQ(rows.WantedPoints(ModelShape()),
            (std::vector<ProbePoint>{
                {2, PointKind::kScoreBiasParts}, {2, PointKind::kScoreRows}, kMeanRows}));
  for (HeadStatisticsProbe* probe : {&matrices, &rows}) {
    probe->BeginSequence(0, PairLayout(design, bins));
    probe->OnValues({2, PointKind::kScoreBiasParts}, 0, {parts.data(), 3, kLength});
  }
  EXPECT_TRUE(matrices.QueryOrder().empty());
  matrices.OnValues({2, PointKind::kAttentionScores}, 0, head_view);
  matrices.OnValues(kScores, -1, mean_view);
  const auto order = rows.QueryOrder();
  ASSERT_EQ(order.size(), kLength);
  HandRows(rows, {2, PointKind::kScoreRows}, 0, head_view, order, 12);
  HandRows(rows, kMeanRows, -1, mean_view, order, 24);
  const std::vector<ScoreSummary> expected = matrices.TakeSummary().scores;
  const std::vector<ScoreSummary> found = rows.TakeSummary().scores;
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t slot = 0; slot < found.size(); ++slot) {
    EXPECT_EQ(found[slot].bins.mean, expected[slot].bins.mean);
    EXPECT_EQ(found[slot].bins.std, expected[slot].bins.std);
    EXPECT_EQ(found[slot].centred_bins.std, expected[slot].centred_bins.std);
    EXPECT_EQ(found[slot].sums.products, expected[slot].sums.products);
    EXPECT_EQ(found[slot].sums.centred_products, expected[slot].sums.centred_products);
    EXPECT_EQ(found[slot].sums.sum_squares, expected[slot].sums.sum_squares);
    EXPECT_EQ(found[slot].sums.key_only_products, expected[slot].sums.key_only_products);
    EXPECT_NE(found[slot].sums.sum_squares, 0.0);
  }
}

TEST(HeadStatisticsProbe, RefusesRowsThatAreNotNumbers) {
  const Sequence sequence;
  const PairBins bins = sequence.Bins();
  const PairDesign design = sequence.Design();
  constexpr std::size_t kLength = Sequence::kLength;
  const std::vector<float> parts(3 * kLength, 0.0F);
  for (std::size_t place : {std::size_t{0}, std::size_t{1234}, kLength * kLength - 1}) {
    for (const std::uint32_t query : {0U, 17U}) {
      place = query * kLength + place % kLength;
      std::vector<float> scores(kLength * kLength, 1.0F);
      scores[place] = std::numeric_limits<float>::infinity();
      HeadStatisticsProbe probe({2}, /*num_heads=*/1, kRows);
      probe.BeginSequence(4, PairLayout(design, bins));
      probe.OnValues({2, PointKind::kScoreBiasParts}, 0, {parts.data(), 3, kLength});
      const std::string message = MessageOf([&] {
        HandRows(probe, {2, PointKind::kScoreRows}, 0, {scores.data(), kLength, kLength},
                 probe.QueryOrder(), 12);
      });
      EXPECT_EQ(message, "layer.2.attention.scores of sequence 4 is inf at [" +
                             std::to_string(query) + ", " + std::to_string(place % kLength) +
                             "] (layer 2): expected finite numbers");
    }
  }
}

TEST(ProbeSet, TakesTheOneOrderThatIsAskedFor) {
  const Sequence sequence;
  const PairBins bins = sequence.Bins();
  const PairDesign design = sequence.Design();
  HeadStatisticsProbe rows({2}, /*num_heads=*/1, kRows);
  HeadStatisticsProbe more_rows({2}, /*num_heads=*/1, kRows);
  HeadStatisticsProbe matrices({2}, /*num_heads=*/1, kMatrices);
  ScoreSampleProbe samples({2});
  for (HeadStatisticsProbe* probe : {&rows, &more_rows, &matrices}) {
    probe->BeginSequence(0, PairLayout(design, bins));
  }
  samples.BeginSequence(0);
  ProbeSet set({&samples, &rows, &matrices}, ModelShape());
  EXPECT_EQ(set.QueryOrder().data(), rows.QueryOrder().data());
  const std::vector<float> scores(Sequence::kLength * Sequence::kLength, 1.0F);
  set.OnValues({2, PointKind::kScoreBiasParts}, 0, {scores.data(), 3, Sequence::kLength});
  HandRows(set, kMeanRows, -1, {scores.data(), Sequence::kLength, Sequence::kLength},
           set.QueryOrder(), 12);
  EXPECT_EQ(rows.TakeSummary().scores[0].sums.mean, 1.0);
  EXPECT_EQ(samples.TakeSamples()[0][0], 1.0F);
  EXPECT_THROW(ProbeSet({&rows, &more_rows}, ModelShape()).QueryOrder(), CheckFailure);
}

TEST(Probe, RowsThatWereWantedMustBeHeard) {
  RawCaptureProbe probe({kMeanRows},
                        [](std::size_t, const ProbePoint&, int, MatrixView<const float>) {});
  EXPECT_THROW(probe.OnScoreRows(kMeanRows, -1, {}), CheckFailure);
}

TEST(PointName, IsAPath) {
  EXPECT_EQ(PointName({6, PointKind::kAttentionScores}), "layer.6.attention.scores");
  EXPECT_EQ(PointName({6, PointKind::kLayerOutput}), "layer.6.output");
}

}  // namespace
}  // namespace zipflens
