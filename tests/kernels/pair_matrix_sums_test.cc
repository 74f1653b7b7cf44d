// Sums over a score matrix, compared with plain loops, on every instruction set.

#include "zipflens/kernels/statistics/pair_matrix_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"

namespace zipflens {
namespace {

class PairMatrixSumsTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(PairMatrixSumsTest);

// A matrix in which some keys take part, with queries in any order and any edges.
struct RandomCase {
  std::size_t size;
  std::vector<float> scores;
  std::vector<std::uint32_t> queries;
  std::vector<double> query_weights;
  std::vector<double> query_distances;
  std::vector<double> takes_part;
  std::vector<double> key_weights;
  std::size_t num_edges;
  std::vector<std::uint32_t> queries_before;
  PairLookups lookups;

  RandomCase(std::size_t size_in, unsigned seed, bool all_take_part)
      : size(size_in), scores(RandomValues(size * size, seed, /*deviation=*/3.0F)) {
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal;
    takes_part.assign(PaddedKeys(size), 0.0);
    key_weights = takes_part;
    for (std::uint32_t j = 0; j < size; ++j) {
      if (!all_take_part && j > 0 && generator() % 5 == 0) continue;
      takes_part[j] = 1;
      key_weights[j] = normal(generator);
      queries.push_back(j);
    }
    const std::vector<std::uint32_t> keys = queries;
    std::ranges::shuffle(queries, generator);
    for (const std::uint32_t query : queries) {
      query_weights.push_back(normal(generator));
      double& distance = query_distances.emplace_back(0.0);
      for (const std::uint32_t key : keys) distance += key < query ? query - key : 0;
    }
    num_edges = generator() % 7;
    queries_before.assign(num_edges * size, 0);
    for (std::size_t j = 0; j < size; ++j) {
      for (std::size_t edge = 0; edge < num_edges && takes_part[j] != 0; ++edge) {
        queries_before[j * num_edges + edge] =
            static_cast<std::uint32_t>(generator() % (queries.size() + 1));
      }
    }
    lookups =
        PairLookups({queries_before.data(), size, num_edges}, query_weights, PairBlockWidth());
  }

  MatrixView<const float> Scores() const { return {scores.data(), size, size}; }
  std::vector<const float*> Rows() const {
    std::vector<const float*> rows;
    for (const std::uint32_t query : queries) rows.push_back(Scores().Row(query));
    return rows;
  }
  PairMatrixPlan Plan() const {
    return {size, queries, query_distances, takes_part, key_weights, &lookups};
  }
  PairMatrixSums Reference() const {
    return reference::SumPairMatrix(Scores(), Plan(), query_weights,
                                    {queries_before.data(), size, num_edges});
  }
};

// The plain loops round too, so sums of many squares and distances are compared relative to their
// size.
void ExpectEqual(const PairMatrixSums& found, const PairMatrixSums& expected,
                 const RandomCase& given) {
  const std::size_t size = given.size;
  const auto distance_size = static_cast<double>(size * size * size);
  EXPECT_NEAR(found.mean, expected.mean, 1e-13) << size;
  EXPECT_NEAR(found.squares, expected.squares, 1e-9 + 2e-14 * expected.squares) << size;
  EXPECT_NEAR(found.weighted, expected.weighted, 1e-9) << size;
  EXPECT_NEAR(found.distance, expected.distance, 1e-14 * distance_size + 1e-12) << size;
  ASSERT_EQ(found.row_means.size(), expected.row_means.size());
  for (std::size_t i = 0; i < expected.row_means.size(); ++i) {
    EXPECT_NEAR(found.row_means[i], expected.row_means[i], 1e-13) << size << " row " << i;
  }
  ASSERT_EQ(found.key_sums.size(), size);
  for (std::size_t j = 0; j < size; ++j) {
    if (given.takes_part[j] == 0) continue;
    EXPECT_NEAR(found.key_sums[j], expected.key_sums[j], 1e-9) << size << " key " << j;
  }
  ASSERT_EQ(found.edge_sums.size(), given.num_edges);
  for (std::size_t edge = 0; edge < given.num_edges; ++edge) {
    EXPECT_NEAR(found.edge_sums[edge], expected.edge_sums[edge], 1e-9) << size;
    EXPECT_NEAR(found.edge_squares[edge], expected.edge_squares[edge],
                1e-9 + 2e-14 * expected.squares)
        << size;
    EXPECT_NEAR(found.edge_offsets[edge], expected.edge_offsets[edge], 1e-9) << size;
  }
}

TEST_P(PairMatrixSumsTest, RandomMatricesEqualPlainLoops) {
  PairMatrixSummer summer;  // reused for matrices of different size
  PairMatrixSums found;
  unsigned seed = 0;
  for (const std::size_t size : {1, 2, 7, 8, 12, 13, 16, 17, 33, 64, 65, 130, 200, 40}) {
    for (const bool all_take_part : {false, true}) {
      const RandomCase given(size, ++seed, all_take_part);
      summer.Begin(given.Plan());
      EXPECT_TRUE(summer.Add(given.Rows()));
      summer.FinishInto(found);
      ExpectEqual(found, given.Reference(), given);
    }
  }
}

TEST_P(PairMatrixSumsTest, SameBytesHoweverRowsAreCut) {
  const RandomCase given(150, /*seed=*/90, /*all_take_part=*/false);
  const std::vector<const float*> rows = given.Rows();
  PairMatrixSummer summer;
  PairMatrixSums whole;
  summer.Begin(given.Plan());
  summer.Add(rows);
  summer.FinishInto(whole);
  for (const std::size_t cut : {kPairStripRows, 3 * kPairStripRows}) {
    PairMatrixSums found;
    summer.Begin(given.Plan());
    for (std::size_t first = 0; first < rows.size(); first += cut) {
      summer.Add(std::span(rows).subspan(first, std::min(cut, rows.size() - first)));
    }
    summer.FinishInto(found);
    EXPECT_EQ(found.squares, whole.squares);
    EXPECT_EQ(found.weighted, whole.weighted);
    EXPECT_EQ(found.distance, whole.distance);
    EXPECT_EQ(found.row_means, whole.row_means);
    EXPECT_EQ(found.edge_sums, whole.edge_sums);
    EXPECT_EQ(found.edge_squares, whole.edge_squares);
    EXPECT_EQ(found.edge_offsets, whole.edge_offsets);
  }
}

TEST_P(PairMatrixSumsTest, HandComputedMatrix) {
  // Token 1 takes no part, and query 2 comes first. There is one edge; below it lies query 2 for
  // key 0, and both queries for key 2.
  const std::vector<float> scores = {1, 50, 2, 60, 70, 80, 3, 90, 7};
  std::vector<double> takes_part(PaddedKeys(3), 0.0);
  takes_part[0] = takes_part[2] = 1;
  std::vector<double> key_weights = takes_part;
  key_weights[2] = 4;
  const std::vector<std::uint32_t> queries = {2, 0};
  const std::vector<double> query_weights = {10, 1};
  const std::vector<double> query_distances = {2, 0};
  const std::vector<std::uint32_t> queries_before = {1, 0, 2};  // [3 keys, 1 edge]
  const PairLookups lookups({queries_before.data(), 3, 1}, query_weights, PairBlockWidth());
  PairMatrixSummer summer;
  summer.Begin({/*num_keys=*/3, queries, query_distances, takes_part, key_weights, &lookups});
  const std::vector<const float*> rows = {&scores[6], &scores[0]};
  EXPECT_TRUE(summer.Add(rows));
  PairMatrixSums sums;
  summer.FinishInto(sums);
  // The row means are 5 and 1.5, so x is -2 and 2 for query 2 and -0.5 and 0.5 for query 0, and o
  // is 1.75 and -1.75.
  EXPECT_EQ(sums.mean, 3.25);
  EXPECT_EQ(sums.row_means, (std::vector<double>{5, 1.5}));
  EXPECT_EQ(sums.key_sums[0], -2.5);
  EXPECT_EQ(sums.key_sums[2], 2.5);
  EXPECT_EQ(sums.squares, 8.5);
  EXPECT_EQ(sums.weighted, 10 * (-2 + 4 * 2) + (-0.5 + 4 * 0.5));
  EXPECT_EQ(sums.distance, 2 * -2 + 2 * 0.5);
  EXPECT_EQ(sums.edge_sums, (std::vector<double>{-2 + 2 + 0.5}));
  EXPECT_EQ(sums.edge_squares, (std::vector<double>{4 + 4 + 0.25}));
  EXPECT_EQ(sums.edge_offsets, (std::vector<double>{1.75 * -2 + 1.75 * 2 - 1.75 * 0.5}));
}

TEST_P(PairMatrixSumsTest, SaysWhetherAllScoresAreFinite) {
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    for (const bool all_take_part : {false, true}) {
      RandomCase given(37, /*seed=*/3, all_take_part);
      for (std::size_t key = 0; key < given.size; ++key) {
        float& score = given.scores[given.queries[5] * given.size + key];
        const float good = score;
        score = bad;
        PairMatrixSummer summer;
        summer.Begin(given.Plan());
        EXPECT_FALSE(summer.Add(given.Rows())) << key;
        score = good;
      }
    }
  }
}

TEST_P(PairMatrixSumsTest, RowsThatDoNotFitAreACallersBug) {
  const RandomCase given(40, /*seed=*/1, /*all_take_part=*/true);
  const std::vector<const float*> rows = given.Rows();
  PairMatrixSummer summer;
  PairMatrixSums sums;
  summer.Begin(given.Plan());
  EXPECT_THROW(summer.Add(std::span(rows).first(7)), CheckFailure) << "not a whole panel";
  summer.Add(std::span(rows).first(kPairStripRows));
  EXPECT_THROW(summer.FinishInto(sums), CheckFailure) << "rows are missing";
  summer.Begin(given.Plan());
  std::vector<const float*> many = rows;
  many.push_back(rows[0]);
  EXPECT_THROW(summer.Add(many), CheckFailure);
  PairMatrixPlan plan = given.Plan();
  plan.key_weights = plan.key_weights.first(3);
  EXPECT_THROW(summer.Begin(plan), CheckFailure);
}

}  // namespace
}  // namespace zipflens
