// One head's attention, compared with plain loops in double, on every instruction set.

#include "zipflens/kernels/attention/attention.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <span>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"
#include "zipflens/kernels/attention/packed_head.h"
#include "zipflens/kernels/products/bfloat16.h"
#include "zipflens/kernels/products/precision.h"

namespace zipflens {
namespace {

class AttentionTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(AttentionTest);

PackedHead Pack(MatrixView<const float> keys, MatrixView<const float> values,
                Precision precision = Precision::kFloat32) {
  PackedHead head(keys.rows, keys.cols, HeadProductsFor(precision));
  head.PackKeys(keys);
  head.PackValues(values);
  return head;
}

// Keeps the rows that it receives.
struct Rows {
  ScoreRowsFunction Listener() {
    return [this](const ScoreRows& rows) {
      EXPECT_EQ(rows.queries.size(), rows.scores.rows);
      queries.insert(queries.end(), rows.queries.begin(), rows.queries.end());
      for (std::size_t row = 0; row < rows.scores.rows; ++row) {
        const auto cells = rows.scores.RowSpan(row);
        values.insert(values.end(), cells.begin(), cells.end());
      }
      counts.push_back(rows.scores.rows);
    };
  }
  std::vector<std::uint32_t> queries;
  std::vector<float> values;
  std::vector<std::size_t> counts;
};

std::vector<std::uint32_t> All(std::size_t num_queries) {
  std::vector<std::uint32_t> all(num_queries);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

// Every result that one head can have. The rows of the context are not contiguous.
struct Everything {
  Everything(std::size_t num_queries, std::size_t length, std::size_t head_size)
      : scores(num_queries * length),
        sums(num_queries * length, 0.5f),
        context(num_queries * (head_size + 3), 9.0f),
        results{.scores = {scores.data(), num_queries, length},
                .score_sums = {sums.data(), num_queries, length},
                .score_share = 0.25f,
                .starts_sums = false,
                .on_score_rows = rows.Listener(),
                .context = {context.data(), num_queries, head_size, head_size + 3}} {}

  std::vector<float> scores, sums, context;
  Rows rows;
  AttentionResults results;
};

struct Shape {
  std::size_t num_queries, length, head_size;
};
// One token; less and more than a tile, a panel and a depth pass of 512; head sizes of known
// models, an odd one, and one of more than a depth pass.
constexpr Shape kShapes[] = {{1, 1, 1},    {5, 7, 3},     {12, 32, 32},   {96, 200, 64},
                             {30, 33, 24}, {13, 513, 32}, {25, 1100, 16}, {7, 40, 600}};

// Relative errors: those of sums in float32, and those where a weight near the middle of two
// bfloat16 numbers may be rounded to the other one.
constexpr double kContextError = 2e-6;
constexpr double kRoundedContextError = 1e-4;

void ExpectEqualsDefinition(Precision precision) {
  const bool rounds = HeadProductsFor(precision) != HeadProducts::kFloats;
  for (const auto& [num_queries, length, head_size] : kShapes) {
    const std::size_t stride = 3 * head_size;
    std::vector<float> tokens = RandomValues(length * stride, /*seed=*/1);
    const float scale = 1.0f / std::sqrt(static_cast<float>(head_size));
    std::vector<float> scaled = RandomValues(num_queries * stride, /*seed=*/5, scale);
    const MatrixView<const float> queries(scaled.data(), num_queries, head_size, stride);
    const MatrixView<const float> keys(tokens.data() + head_size, length, head_size, stride);
    const MatrixView<const float> values(tokens.data() + 2 * head_size, length, head_size, stride);
    const PackedHead head = Pack(keys, values, precision);
    AttentionScratch scratch(length, head_size);
    Everything found(num_queries, length, head_size);
    Everything expected(num_queries, length, head_size);
    AttendInto(queries, All(num_queries), head, scratch, found.results);
    if (rounds) reference::RoundToBfloat16InPlace(tokens);
    if (rounds) reference::RoundToBfloat16InPlace(scaled);
    reference::AttendInto(queries, All(num_queries), keys, values, expected.results, rounds);
    EXPECT_LT(RelativeError(found.scores, expected.scores), 1e-6) << length << " " << head_size;
    EXPECT_EQ(found.rows.values, found.scores) << length << " " << head_size;
    EXPECT_LT(RelativeError(found.sums, expected.sums), 1e-6) << length << " " << head_size;
    EXPECT_LT(RelativeError(found.context, expected.context),
              rounds ? kRoundedContextError : kContextError)
        << length << " " << head_size;
    EXPECT_EQ(found.context[head_size], 9.0f) << "what lies between rows is left alone";
  }
}

TEST_P(AttentionTest, EqualsItsDefinition) { ExpectEqualsDefinition(Precision::kFloat32); }
TEST_P(AttentionTest, OfBfloat16EqualsItsDefinition) {
  ExpectEqualsDefinition(Precision::kBfloat16);
}
TEST_P(AttentionTest, OfEmulatedBfloat16EqualsItsDefinition) {
  ExpectEqualsDefinition(Precision::kEmulatedBfloat16);
}

TEST_P(AttentionTest, StartedSumsForgetWhatWasThere) {
  const std::vector<float> tokens = RandomValues(20 * 8, /*seed=*/2);
  const MatrixView<const float> view(tokens.data(), 20, 8);
  const PackedHead head = Pack(view, view);
  AttentionScratch scratch(20, 8);
  std::vector<float> sums(20 * 20, std::numeric_limits<float>::quiet_NaN());
  std::vector<float> scores(20 * 20);
  AttendInto(view, All(20), head, scratch,
             {.scores = {scores.data(), 20, 20},
              .score_sums = {sums.data(), 20, 20},
              .score_share = 1.0f,
              .starts_sums = true});
  EXPECT_EQ(sums, scores);
}

void ExpectNoDependenceOnBlocks(Precision precision) {
  const std::vector<float> tokens = RandomValues(100 * 32, /*seed=*/3);
  const MatrixView<const float> view(tokens.data(), 100, 32);
  const PackedHead head = Pack(view, view, precision);
  AttentionScratch scratch(100, 32);
  Everything whole(100, 100, 32);
  AttendInto(view, All(100), head, scratch, whole.results);
  std::vector<std::uint32_t> order = All(100);
  for (const std::size_t block : {1, 7, 96}) {
    std::shuffle(order.begin(), order.end(), std::mt19937(static_cast<unsigned>(block)));
    Everything cut(100, 100, 32);
    for (std::size_t first = 0; first < 100; first += block) {
      const std::size_t count = std::min<std::size_t>(block, 100 - first);
      Rows rows;
      AttentionResults results = cut.results;
      results.score_sums = {cut.results.score_sums.Row(first), count, 100};
      results.on_score_rows = rows.Listener();
      AttendInto(view, std::span(order).subspan(first, count), head, scratch, results);
      std::vector<float> expected;
      for (std::size_t i = 0; i < count; ++i) {
        const auto row = whole.results.scores.RowSpan(order[first + i]);
        expected.insert(expected.end(), row.begin(), row.end());
      }
      EXPECT_EQ(rows.values, expected) << block;
      EXPECT_TRUE(std::ranges::equal(rows.queries, std::span(order).subspan(first, count)))
          << block;
    }
    EXPECT_EQ(cut.scores, whole.scores) << block;
    EXPECT_EQ(cut.context, whole.context) << block;
    for (std::size_t i = 0; i < 100; ++i) {
      const auto found = cut.results.score_sums.RowSpan(i);
      EXPECT_TRUE(std::ranges::equal(found, whole.results.score_sums.RowSpan(order[i]))) << block;
    }
  }
}

constexpr Precision kPrecisions[] = {Precision::kFloat32, Precision::kBfloat16,
                                     Precision::kEmulatedBfloat16};

TEST_P(AttentionTest, ResultsDoNotDependOnWhichQueriesAreChosenTogether) {
  for (const Precision precision : kPrecisions) ExpectNoDependenceOnBlocks(precision);
}

TEST_P(AttentionTest, AHeadIsPackedAnew) {
  const std::vector<float> tokens = RandomValues(70 * 24, /*seed=*/7);
  for (const Precision precision : kPrecisions) {
    PackedHead head(70, 24, HeadProductsFor(precision));
    AttentionScratch scratch(70, 24);
    // The last is as long as none before it, so that what it finds in memory is not its own.
    for (const std::size_t length : {70, 33, 1, 40}) {
      const MatrixView<const float> view(tokens.data(), length, 24);
      head.PackKeys(view);
      head.PackValues(view);
      Everything found(length, length, 24);
      AttendInto(view, All(length), head, scratch, found.results);
      AttentionScratch fresh_scratch(70, 24);
      Everything expected(length, length, 24);
      AttendInto(view, All(length), Pack(view, view, precision), fresh_scratch, expected.results);
      EXPECT_EQ(found.scores, expected.scores) << length;
      EXPECT_EQ(found.context, expected.context) << length;
    }
  }
}

TEST_P(AttentionTest, RowsComeAStripAtATime) {
  for (const std::size_t length : {60, 700}) {  // within a pass of 512, and beyond
    const std::vector<float> tokens = RandomValues(length * 8, /*seed=*/6);
    const MatrixView<const float> view(tokens.data(), length, 8);
    const PackedHead head = Pack(view, view);
    AttentionScratch scratch(length, 8);
    Rows rows;
    AttendInto(view, All(2 * kScoreStripRows + 5), head, scratch,
               {.on_score_rows = rows.Listener()});
    EXPECT_EQ(rows.counts, (std::vector<std::size_t>{kScoreStripRows, kScoreStripRows, 5}));
  }
}

// A head of size 1 whose scores for query 1 are `scores` and whose values are 0, 1, 2, ...
std::vector<float> ContextOfScores(const std::vector<float>& scores, Precision precision) {
  std::vector<float> values(scores.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  const float query = 1.0f;
  const PackedHead head =
      Pack({scores.data(), scores.size(), 1}, {values.data(), values.size(), 1}, precision);
  AttentionScratch scratch(scores.size(), 1);
  std::vector<float> context(1);
  AttendInto({&query, 1, 1}, All(1), head, scratch, {.context = {context.data(), 1, 1}});
  return context;
}

TEST_P(AttentionTest, FarApartScoresNeitherOverflowNorDivideByZero) {
  std::vector<float> scores(20, -3e38f);
  scores[13] = 3e38f;
  for (const Precision precision : kPrecisions) {
    EXPECT_EQ(ContextOfScores(scores, precision)[0], 13.0f);
    EXPECT_FLOAT_EQ(ContextOfScores(std::vector<float>(21, -7.0f), precision)[0], 10.0f);
  }
}

TEST_P(AttentionTest, NanMakesTheContextNan) {
  for (std::size_t place = 0; place < 40; ++place) {
    std::vector<float> scores = RandomValues(40, /*seed=*/4);
    scores[place] = std::numeric_limits<float>::quiet_NaN();
    for (const Precision precision : kPrecisions) {
      EXPECT_TRUE(std::isnan(ContextOfScores(scores, precision)[0])) << place;
    }
  }
}

TEST_P(AttentionTest, ShapesThatDoNotFitAreACallersBug) {
  const std::vector<float> tokens(20 * 8, 1.0f);
  const MatrixView<const float> view(tokens.data(), 20, 8);
  const PackedHead head = Pack(view, view);
  AttentionScratch scratch(20, 8);
  AttentionScratch small(19, 8);
  std::vector<float> context(20 * 8);
  const AttentionResults results = {.context = {context.data(), 20, 8}};
  const std::vector<std::uint32_t> all = All(20);
  const std::vector<std::uint32_t> too_far = {20};
  EXPECT_THROW(AttendInto(view, all, head, small, results), CheckFailure);
  EXPECT_THROW(AttendInto({tokens.data(), 20, 7}, all, head, scratch, results), CheckFailure);
  EXPECT_THROW(AttendInto({tokens.data(), 19, 8}, All(19), head, scratch, results), CheckFailure);
  EXPECT_THROW(AttendInto(view, too_far, head, scratch, results), CheckFailure);
}

}  // namespace
}  // namespace zipflens
