// Probes on values made by hand, without a model.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "zipflens/base/error.h"
#include "zipflens/probes/adjustment_norm_probe.h"
#include "zipflens/probes/head_statistics_probe.h"
#include "zipflens/probes/probe_set.h"
#include "zipflens/probes/raw_capture_probe.h"
#include "zipflens/probes/score_sample_probe.h"

namespace zipflens {
namespace {

constexpr ProbePoint kScores{2, PointKind::kMeanAttentionScores};
constexpr ProbePoint kOutput{2, PointKind::kAttentionOutput};

TEST(ScoreSampleProbe, SamplesEvery500thPairInRowMajorOrder) {
  ScoreSampleProbe probe({2});
  EXPECT_EQ(probe.WantedPoints(ModelShape()), (std::vector<ProbePoint>{kScores}));
  std::vector<float> scores(1600);
  for (const float shift : {0.0F, 10.0F}) {  // one sequence after another
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = static_cast<float>(i) + shift;
    probe.BeginSequence(0);
    probe.OnValues(kScores, -1, {scores.data(), 40, 40});
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
      scores.OnValues(kScores, -1, {values.data(), 2, 2});
    });
    EXPECT_NE(message.find("layer.2.attention.mean_scores of sequence 17"), std::string::npos)
        << message;
    EXPECT_NE(message.find("[1, 0]"), std::string::npos) << message;
    AdjustmentNormProbe norms({2});
    norms.BeginSequence(17);
    EXPECT_NE(MessageOf([&] { norms.OnValues(kOutput, -1, {values.data(), 2, 2}); }), "no error");
  }
  // A row of zeros has no log norm.
  const std::vector<float> zeros = {0, 0, 1, 1};
  AdjustmentNormProbe norms({2});
  norms.BeginSequence(0);
  EXPECT_NE(MessageOf([&] { norms.OnValues(kOutput, -1, {zeros.data(), 2, 2}); }), "no error");
}

TEST(ProbeSet, HandsEachPointToThoseThatWantIt) {
  std::vector<std::string> heard;
  const auto listener = [&heard](const std::string& name) {
    return [&heard, name](int sequence_idx, const ProbePoint& point, int head_idx,
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
  HeadStatisticsProbe probe({2}, /*num_heads=*/2);
  EXPECT_EQ(probe.WantedPoints(ModelShape()),
            (std::vector<ProbePoint>{
                {2, PointKind::kScoreBiasParts}, {2, PointKind::kAttentionScores}, kScores}));
  const std::vector<float> parts0 = {1, 3, 0, 0, 2, 2};
  const std::vector<float> parts1 = {0, 0, 4, 8, -1, -1};
  const std::vector<float> head0 = {1, 2, 3, 6};
  const std::vector<float> head1 = {3, 2, 1, -2};
  const std::vector<float> mean = {2, 2, 2, 2};
  for (int sequence = 0; sequence < 2; ++sequence) {  // nothing is left from the first
    probe.BeginSequence(sequence, &design, &bins);
    probe.OnValues({2, PointKind::kScoreBiasParts}, 0, {parts0.data(), 3, 2});
    probe.OnValues({2, PointKind::kScoreBiasParts}, 1, {parts1.data(), 3, 2});
    probe.OnValues({2, PointKind::kAttentionScores}, 0, {head0.data(), 2, 2});
    probe.OnValues({2, PointKind::kAttentionScores}, 1, {head1.data(), 2, 2});
    probe.OnValues(kScores, -1, {mean.data(), 2, 2});
    const std::vector<ScoreSummary> summaries = probe.TakeSummaries();
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
  HeadStatisticsProbe probe({2}, /*num_heads=*/1);
  probe.BeginSequence(4, &design, &bins);
  const std::vector<float> parts(6, 0.0F);
  probe.OnValues({2, PointKind::kScoreBiasParts}, 0, {parts.data(), 3, 2});
  // Also where a token that is left out has it.
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

TEST(PointName, IsAPath) {
  EXPECT_EQ(PointName({6, PointKind::kAttentionScores}), "layer.6.attention.scores");
  EXPECT_EQ(PointName({6, PointKind::kLayerOutput}), "layer.6.output");
}

}  // namespace
}  // namespace zipflens
