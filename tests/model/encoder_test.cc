// What a probe receives, and in which order; and that the same sequence always gives the same
// bytes.

#include "zipflens/model/encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/kernels/products/bfloat16_tile_product.h"
#include "zipflens/model/random_model.h"

namespace zipflens {
namespace {

using testing::ElementsAre;

// Keeps what it receives: "point/head [rows, cols]" and all values.
class RecordingProbe final : public Probe {
 public:
  explicit RecordingProbe(std::vector<ProbePoint> wanted) : wanted_(std::move(wanted)) {}

  std::vector<ProbePoint> WantedPoints(const ModelShape& /*shape*/) const override {
    return wanted_;
  }
  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override {
    heard.push_back(PointName(point) + "/" + std::to_string(head_idx) + " [" +
                    std::to_string(values.rows) + ", " + std::to_string(values.cols) + "]");
    for (std::size_t row = 0; row < values.rows; ++row) {
      const auto cells = values.RowSpan(row);
      all_values.insert(all_values.end(), cells.begin(), cells.end());
    }
  }

  std::span<const std::uint32_t> QueryOrder() const override { return order; }
  void OnScoreRows(const ProbePoint& point, int head_idx, const ScoreRows& rows) override {
    heard.push_back(PointName(point) + "/" + std::to_string(head_idx) + " rows");
    for (std::size_t row = 0; row < rows.queries.size(); ++row) {
      const auto cells = rows.scores.RowSpan(row);
      const auto key = std::pair(head_idx, rows.queries[row]);
      EXPECT_TRUE(rows_heard.emplace(key, std::vector(cells.begin(), cells.end())).second);
      query_order.push_back(rows.queries[row]);
    }
    row_counts.push_back(rows.queries.size());
  }

  std::vector<std::string> heard;
  std::vector<float> all_values;
  std::vector<std::uint32_t> order;  // in which rows are asked for
  std::map<std::pair<int, std::uint32_t>, std::vector<float>> rows_heard;  // by head and query
  std::vector<std::uint32_t> query_order;
  std::vector<std::size_t> row_counts;

 private:
  std::vector<ProbePoint> wanted_;
};

class EncoderTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("zipflens_encoder_test_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    ModelConfig config;
    config.vocab_size = 50;
    config.num_hidden_layers = 3;
    config.num_attention_heads = 2;
    config.hidden_size = 12;
    config.intermediate_size = 20;
    config.max_position_embeddings = 300;
    WriteRandomModel(config, /*seed=*/3, folder_);
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  static std::vector<std::int32_t> Ids(std::size_t count) {
    std::vector<std::int32_t> ids(count);
    std::iota(ids.begin(), ids.end(), 0);
    for (std::int32_t& id : ids) id = id * 7 % 50;
    return ids;
  }

  // A forward pass with its own plan and workspace.
  static RecordingProbe Run(const Encoder& encoder, std::vector<ProbePoint> wanted,
                            std::size_t length, std::vector<std::uint32_t> order = {}) {
    RecordingProbe probe(std::move(wanted));
    probe.order = std::move(order);
    const auto plan = encoder.MakePlan(probe);
    const auto workspace = encoder.MakeWorkspace(length);
    encoder.Forward(Ids(length), *plan, *workspace, probe);
    return probe;
  }

  static std::filesystem::path folder_;
  const Encoder encoder_ = Encoder::Load(folder_);
};
std::filesystem::path EncoderTest::folder_;

constexpr ProbePoint kScores0 = {0, PointKind::kAttentionScores};
constexpr ProbePoint kMeanScores0 = {0, PointKind::kMeanAttentionScores};
constexpr ProbePoint kAttentionOutput0 = {0, PointKind::kAttentionOutput};
constexpr ProbePoint kLayerOutput0 = {0, PointKind::kLayerOutput};
constexpr ProbePoint kMeanScores2 = {2, PointKind::kMeanAttentionScores};
constexpr ProbePoint kAttentionOutput2 = {2, PointKind::kAttentionOutput};

TEST_F(EncoderTest, Load_ReadsTheShape) {
  const ModelShape shape = encoder_.shape();
  EXPECT_EQ(shape.num_layers, 3);
  EXPECT_EQ(shape.num_heads, 2);
  EXPECT_EQ(shape.head_size, 6);
  EXPECT_EQ(shape.vocab_size, 50);
  EXPECT_EQ(shape.max_position_embeddings, 300);
}

TEST_F(EncoderTest, Forward_FiresLayerByLayerInOrder) {
  // The points are asked for in another order, and one of them twice.
  const RecordingProbe probe = Run(encoder_,
                                   {kAttentionOutput2,
                                    kLayerOutput0,
                                    kAttentionOutput0,
                                    kMeanScores0,
                                    kScores0,
                                    kScores0,
                                    {0, PointKind::kScoreBiasParts}},
                                   /*length=*/5);
  EXPECT_THAT(
      probe.heard,
      ElementsAre("layer.0.attention.score_bias_parts/0 [3, 5]",
                  "layer.0.attention.score_bias_parts/1 [3, 5]",
                  "layer.0.attention.scores/0 [5, 5]", "layer.0.attention.scores/1 [5, 5]",
                  "layer.0.attention.mean_scores/-1 [5, 5]", "layer.0.attention.output/-1 [5, 12]",
                  "layer.0.output/-1 [5, 12]", "layer.2.attention.output/-1 [5, 12]"));
}

TEST_F(EncoderTest, Forward_WithoutWantedPointsDoesNothing) {
  EXPECT_TRUE(Run(encoder_, {}, /*length=*/5).heard.empty());
}

TEST_F(EncoderTest, Forward_MeanScoresAreTheMeanOfTheScores) {
  constexpr std::size_t kLength = 290;  // several blocks of queries, the last one shorter
  const std::vector<float> scores = Run(encoder_, {kScores0}, kLength).all_values;
  const std::vector<float> mean = Run(encoder_, {kMeanScores0}, kLength).all_values;
  const std::size_t size = kLength * kLength;
  ASSERT_EQ(scores.size(), 2 * size);
  ASSERT_EQ(mean.size(), size);
  for (std::size_t i = 0; i < size; ++i) {
    EXPECT_NEAR(mean[i], (scores[i] + scores[size + i]) / 2, 1e-6);
  }
}

TEST_F(EncoderTest, Forward_RowsAreThoseOfTheMatrices) {
  constexpr std::uint32_t kLength = 290;
  const ProbePoint rows0 = {0, PointKind::kScoreRows};
  const ProbePoint mean_rows0 = {0, PointKind::kMeanScoreRows};
  std::vector<std::uint32_t> order(kLength);
  std::iota(order.begin(), order.end(), 0U);
  const std::vector<std::uint32_t> as_they_come = order;
  std::shuffle(order.begin(), order.end(), std::mt19937(3));
  const std::vector<float> matrices = Run(encoder_, {kScores0, kMeanScores0}, kLength).all_values;
  for (const bool with_matrices : {false, true}) {
    std::vector<ProbePoint> wanted = {rows0, mean_rows0};
    if (with_matrices) wanted.insert(wanted.end(), {kScores0, kMeanScores0});
    for (const auto& asked : {std::vector<std::uint32_t>(), order}) {
      const RecordingProbe probe = Run(encoder_, wanted, kLength, asked);
      EXPECT_EQ(probe.all_values, with_matrices ? matrices : std::vector<float>());
      ASSERT_EQ(probe.rows_heard.size(), 3 * kLength);
      for (const auto& [key, row] : probe.rows_heard) {
        const std::size_t matrix = key.first < 0 ? 2 : static_cast<std::size_t>(key.first);
        const auto begin = matrices.begin() + (matrix * kLength + key.second) * kLength;
        ASSERT_TRUE(std::equal(row.begin(), row.end(), begin, begin + kLength)) << key.second;
      }
      std::size_t num_rows = 0;
      for (const std::size_t count : probe.row_counts) {
        EXPECT_TRUE(count % kScoreRowsStep == 0 ||
                    count % kScoreRowsStep == kLength % kScoreRowsStep)
            << count;
        num_rows += count;
      }
      EXPECT_EQ(num_rows, 3 * kLength);
    }
  }
  const RecordingProbe of_mean = Run(encoder_, {mean_rows0}, kLength, order);
  EXPECT_EQ(of_mean.query_order, order);
  EXPECT_EQ(Run(encoder_, {mean_rows0}, kLength).query_order, as_they_come);
}

TEST_F(EncoderTest, Forward_TheOrderOfRowsChangesNothingElse) {
  std::vector<std::uint32_t> order(200);
  std::iota(order.rbegin(), order.rend(), 0U);
  const std::vector<ProbePoint> wanted = {kAttentionOutput0, kAttentionOutput2, kMeanScores2};
  EXPECT_EQ(Run(encoder_, wanted, /*length=*/200, order).all_values,
            Run(encoder_, wanted, /*length=*/200).all_values);
}

TEST_F(EncoderTest, Forward_AnOrderThatIsNotOneOfTheQueriesIsACallersBug) {
  EXPECT_THROW(Run(encoder_, {kMeanScores0}, /*length=*/5, {0, 1, 2, 3}), CheckFailure);
  EXPECT_THROW(Run(encoder_, {kMeanScores0}, /*length=*/3, {0, 1, 1}), CheckFailure);
  EXPECT_THROW(Run(encoder_, {kMeanScores0}, /*length=*/3, {0, 1, 3}), CheckFailure);
}

// What zipflens promises for different instruction sets, for every point of the last layer.
TEST_F(EncoderTest, Forward_AgreesBetweenInstructionSets) {
  const std::vector<ProbePoint> wanted = {{2, PointKind::kAttentionScores},
                                          kMeanScores2,
                                          kAttentionOutput2,
                                          {2, PointKind::kLayerOutput}};
  const std::vector<float> expected = Run(encoder_, wanted, /*length=*/290).all_values;
  for (const std::int64_t target : TestedTargets()) {
    UseTarget(target);
    const Encoder encoder = Encoder::Load(folder_);
    const std::vector<float> found = Run(encoder, wanted, /*length=*/290).all_values;
    UseTarget(kAllTargets);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_NEAR(found[i], expected[i], 1e-4) << TestedTargetName(target);
    }
  }
}

// bfloat16 has 8 bits, so results differ in the third digit, and by little.
TEST_F(EncoderTest, Forward_EmulatedBfloat16IsNearFloat32) {
  const std::vector<ProbePoint> wanted = {kMeanScores2, {2, PointKind::kLayerOutput}};
  const std::vector<float> exact = Run(encoder_, wanted, /*length=*/60).all_values;
  const Encoder rounded = Encoder::Load(folder_, Precision::kEmulatedBfloat16);
  const std::vector<float> emulated = Run(rounded, wanted, /*length=*/60).all_values;
  double largest = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(emulated[i]) - exact[i]));
  }
  EXPECT_GT(largest, 1e-5);
  EXPECT_LT(largest, 0.05);
  if (!HasBfloat16Products()) return;
  const Encoder native = Encoder::Load(folder_, Precision::kBfloat16);
  const std::vector<float> found = Run(native, wanted, /*length=*/60).all_values;
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_NEAR(found[i], emulated[i], 0.02) << i;
  }
}

TEST_F(EncoderTest, Forward_SameBytesInEveryThreadAndFromAUsedWorkspace) {
  const std::vector<ProbePoint> wanted = {kMeanScores0, kAttentionOutput0, kMeanScores2,
                                          kAttentionOutput2};
  const RecordingProbe expected = Run(encoder_, wanted, /*length=*/290);
  std::vector<std::thread> threads;
  std::vector<std::vector<float>> results(3);
  for (std::vector<float>& result : results) {
    threads.emplace_back([&] {
      RecordingProbe probe(wanted);
      const auto plan = encoder_.MakePlan(probe);
      const auto workspace = encoder_.MakeWorkspace(300);
      for (const std::size_t length : {300, 7, 290}) {
        probe.all_values.clear();
        encoder_.Forward(Ids(length), *plan, *workspace, probe);
      }
      result = probe.all_values;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<float>& result : results) EXPECT_EQ(result, expected.all_values);
}

TEST_F(EncoderTest, LowerPrecision_GivesTheEncoderThatIsLoadedInIt) {
  const std::vector<ProbePoint> wanted = {kMeanScores0, kAttentionOutput0, kMeanScores2,
                                          kAttentionOutput2};
  std::vector<Precision> precisions = {Precision::kEmulatedBfloat16};
  if (HasBfloat16Products()) precisions.push_back(Precision::kBfloat16);
  const RecordingProbe in_float32 = Run(encoder_, wanted, /*length=*/100);
  for (const Precision precision : precisions) {
    const RecordingProbe expected = Run(Encoder::Load(folder_, precision), wanted, /*length=*/100);
    Encoder encoder = Encoder::Load(folder_);
    encoder.LowerPrecision(precision);
    EXPECT_EQ(Run(encoder, wanted, /*length=*/100).all_values, expected.all_values);
    EXPECT_NE(expected.all_values, in_float32.all_values);
    EXPECT_THROW(encoder.LowerPrecision(precision), CheckFailure);  // it is no longer float32
  }
}

TEST_F(EncoderTest, MakePlan_RefusesALayerThatIsNotThere) {
  for (const int layer : {-1, 3}) {
    const RecordingProbe probe({{layer, PointKind::kLayerOutput}});
    try {
      encoder_.MakePlan(probe);
      FAIL() << layer;
    } catch (const UsageError& error) {
      EXPECT_EQ(error.what(), "layer " + std::to_string(layer) + ": the model has layers 0 to 2");
    }
  }
}

TEST_F(EncoderTest, Forward_SequenceLongerThanTheWorkspaceIsACallersBug) {
  RecordingProbe probe({kMeanScores0});
  const auto plan = encoder_.MakePlan(probe);
  const auto workspace = encoder_.MakeWorkspace(4);
  EXPECT_THROW(encoder_.Forward(Ids(5), *plan, *workspace, probe), CheckFailure);
}

TEST_F(EncoderTest, Forward_StopsWhenAskedTo) {
  StopFlag flag;
  const StopScope scope(&flag);
  flag.Request();
  EXPECT_THROW(Run(encoder_, {kMeanScores0}, /*length=*/5), InterruptedError);
}

}  // namespace
}  // namespace zipflens
