// Sums over a matrix of scores against plain loops, on every target.

#include "zipflens/kernels/pair_matrix_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"

namespace zipflens {
namespace {

class PairMatrixSumsTest : public TargetTest {};
ZIPFLENS_INSTANTIATE_TARGET_TEST(PairMatrixSumsTest);

// A matrix of which some keys take part, queries in any order and in any groups, any edges.
struct RandomCase {
  std::size_t size;
  std::vector<float> scores;
  std::vector<std::uint32_t> queries;
  std::vector<double> weights;
  std::vector<double> centres;
  std::vector<double> offsets;
  std::vector<double> takes_part;
  std::size_t num_edges;
  std::vector<std::uint32_t> queries_before;
  PairLookups lookups;

  RandomCase(std::size_t size_in, unsigned seed)
      : size(size_in), scores(RandomValues(size * size, seed, /*deviation=*/3.0F)) {
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal;
    takes_part.assign(PaddedKeys(size), 0.0);
    for (std::uint32_t j = 0; j < size; ++j) {
      if (generator() % 5 == 0) continue;
      takes_part[j] = 1;
      queries.push_back(j);
    }
    std::ranges::shuffle(queries, generator);
    for (std::size_t i = 0; i < queries.size(); ++i) {
      weights.push_back(normal(generator));
      centres.push_back(normal(generator));
      offsets.push_back(normal(generator));
    }
    num_edges = generator() % 7;
    queries_before.assign(num_edges * size, 0);
    for (std::uint32_t& before : queries_before) {
      before = static_cast<std::uint32_t>(generator() % (queries.size() + 1));
    }
    for (std::size_t j = 0; j < size; ++j) {
      for (std::size_t edge = 0; edge < num_edges && takes_part[j] == 0; ++edge) {
        queries_before[j * num_edges + edge] = 0;
      }
    }
    lookups = PairLookups(queries_before, num_edges, size, queries.size());
  }

  MatrixView<const float> Scores() const { return {scores.data(), size, size}; }
  PairMatrixPlan Plan() const { return {queries, weights, takes_part, &lookups}; }
};

// The memory behind PairKeySums and PairEdgeSums.
struct Sums {
  std::array<std::vector<double>, 4> by_key;
  std::array<std::vector<double>, 3> by_edge;

  explicit Sums(const RandomCase& of) {
    by_key.fill(std::vector<double>(PaddedKeys(of.size), 0.25));
    by_edge.fill(std::vector<double>(of.num_edges, 0.25));
  }
  PairKeySums Keys() { return {by_key[0], by_key[1], by_key[2], by_key[3]}; }
  PairEdgeSums Edges() { return {by_edge[0], by_edge[1], by_edge[2]}; }
};

TEST_P(PairMatrixSumsTest, RandomMatricesEqualPlainLoops) {
  PairMatrixSummer summer;  // reused for matrices of different size
  unsigned seed = 0;
  for (const std::size_t size : {1, 2, 7, 8, 16, 17, 33, 64, 65, 130, 200, 40}) {
    const RandomCase given(size, ++seed);
    Sums found(given);
    Sums expected(given);
    summer.Sum(given.Scores(), given.Plan(), given.centres, given.offsets, found.Keys(),
               found.Edges());
    reference::SumPairMatrix(given.Scores(), given.Plan(), given.queries_before, given.centres,
                             given.offsets, expected.Keys(), expected.Edges());
    for (std::size_t sum = 0; sum < 4; ++sum) {
      for (std::size_t j = 0; j < size; ++j) {
        if (given.takes_part[j] == 0) continue;
        EXPECT_NEAR(found.by_key[sum][j], expected.by_key[sum][j], 1e-9) << size << " key " << j;
      }
    }
    for (std::size_t sum = 0; sum < 3; ++sum) {
      for (std::size_t edge = 0; edge < given.num_edges; ++edge) {
        EXPECT_NEAR(found.by_edge[sum][edge], expected.by_edge[sum][edge], 1e-9)
            << size << " edge " << edge;
      }
    }
  }
}

TEST_P(PairMatrixSumsTest, RowSumsEqualPlainLoops) {
  unsigned seed = 50;
  for (const std::size_t size : {1, 3, 8, 15, 16, 31, 64, 100}) {
    const RandomCase given(size, ++seed);
    std::vector<double> found(size, 0.25);
    std::vector<double> expected = found;
    PairMatrixSummer::RowSumsInto(given.Scores(), given.Plan(), found);
    reference::RowSumsInto(given.Scores(), given.Plan(), expected);
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_NEAR(found[i], expected[i], 1e-11) << size;
    }
  }
}

TEST_P(PairMatrixSumsTest, HandComputedMatrix) {
  // Token 1 takes no part; query 2 comes first; one edge, which has query 2 in front of it for key
  // 0 and both for key 2.
  const std::vector<float> scores = {1, 50, 2, 60, 70, 80, 3, 90, 7};
  std::vector<double> takes_part(PaddedKeys(3), 0.0);
  takes_part[0] = takes_part[2] = 1;
  const std::vector<std::uint32_t> queries = {2, 0};
  const std::vector<double> weights = {10, 1};
  const PairLookups lookups(std::vector<std::uint32_t>{1, 0, 2}, /*num_edges=*/1, /*num_keys=*/3,
                            /*num_queries=*/2);
  const PairMatrixPlan plan = {queries, weights, takes_part, &lookups};
  const MatrixView<const float> view(scores.data(), 3, 3);
  std::vector<double> row_sums(3);
  PairMatrixSummer::RowSumsInto(view, plan, row_sums);
  EXPECT_EQ(row_sums, (std::vector<double>{3, 140, 10}));
  std::array<std::vector<double>, 4> keys;
  keys.fill(std::vector<double>(PaddedKeys(3)));
  std::array<double, 3> edge{};
  PairMatrixSummer().Sum(view, plan, std::vector<double>{5, 1}, std::vector<double>{2, -1},
                         {keys[0], keys[1], keys[2], keys[3]},
                         {{&edge[0], 1}, {&edge[1], 1}, {&edge[2], 1}});
  // x: query 2: -2 and 2; query 0: 0 and 1.
  EXPECT_EQ(keys[0][0], -2);
  EXPECT_EQ(keys[0][2], 3);
  EXPECT_EQ(keys[1][0], 4);
  EXPECT_EQ(keys[1][2], 5);
  EXPECT_EQ(keys[2][0], -20);
  EXPECT_EQ(keys[2][2], 21);
  EXPECT_EQ(keys[3][0], -4);
  EXPECT_EQ(keys[3][2], 2);
  EXPECT_EQ(edge[0], -2 + 2 + 1);
  EXPECT_EQ(edge[1], 4 + 4 + 1);
  EXPECT_EQ(edge[2], 2 * -2 + 2 * 2 - 1);
}

TEST_P(PairMatrixSumsTest, SpansOfDifferentSizesAreACallersBug) {
  const RandomCase given(20, 1);
  Sums sums(given);
  std::vector<double> few(1);
  EXPECT_THROW(PairMatrixSummer::RowSumsInto(given.Scores(), given.Plan(), few), CheckFailure);
  EXPECT_THROW(PairMatrixSummer().Sum(given.Scores(), given.Plan(), few, given.offsets, sums.Keys(),
                                      sums.Edges()),
               CheckFailure);
}

}  // namespace
}  // namespace zipflens
