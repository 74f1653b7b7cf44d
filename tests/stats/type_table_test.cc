// Types and their means; any order of the sequences gives the same bytes.

#include "zipflens/stats/type_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "tests/stats/pair_oracle.h"
#include "zipflens/base/error.h"
#include "zipflens/stats/type_association.h"

namespace zipflens {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

TEST(TypeIndex, HoldsTheTypesThatTakePart) {
  const std::vector<std::int32_t> ids = {7, 3, 7, 9, 3, 7};
  const std::vector<double> a = {-1, -2, -1, kNone, -2, -1};
  const TypeIndex types(ids, a);
  EXPECT_EQ(types.ids(), (std::vector<std::int32_t>{3, 7}));
  EXPECT_EQ(types.log_proportions(), (std::vector<double>{-2, -1}));
  EXPECT_EQ(types.occurrences(), (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(types.TypeOf(7), 1U);
  EXPECT_EQ(types.TypeOf(9), TypeIndex::kNoType);
}

TEST(TypeSums, MeansOverOccurrences) {
  TypeSums sums(/*num_quantities=*/2, /*num_types=*/3);
  const std::vector<std::size_t> types = {0, 2, 0, TypeIndex::kNoType, 2};
  sums.Count(types);
  sums.Add(0, types, std::vector<double>{1, 2, 3, 4, 5});
  sums.Add(1, types, std::vector<double>{1, 4, 2, kNone, 3});
  sums.Count(types);
  sums.Add(0, types, std::vector<double>{1, 2, 3, 4, 5});
  sums.Add(1, types, std::vector<double>{-1, 5, 0.5, kNone, 6});
  EXPECT_EQ(sums.Means(0)[0], 2);
  EXPECT_EQ(sums.Means(1)[0], 0.625);
  EXPECT_TRUE(std::isnan(sums.Means(1)[1]));
  EXPECT_EQ(sums.Means(1)[2], 4.5);
  EXPECT_EQ(sums.Present(), (std::vector<bool>{true, false, true}));
}

TEST(TypeSums, ValuesBeyondTheRangeAreRefused) {
  TypeSums sums(1, 1);
  const std::vector<std::size_t> types = {0};
  EXPECT_THROW(sums.Add(0, types, std::vector<double>{1e9}), Error);
  EXPECT_THROW(sums.Add(0, types, std::vector<double>{kNone}), Error);
  EXPECT_THROW(sums.Add(0, types, std::vector<double>{-std::numeric_limits<double>::infinity()}),
               Error);
  sums.Add(0, types, std::vector<double>{6e7});
  sums.Add(0, types, std::vector<double>{6e7});
  EXPECT_THROW(sums.Add(0, types, std::vector<double>{6e7}), Error);
}

TEST(MidRanks, EqualValuesShareTheirMeanRank) {
  EXPECT_EQ(MidRanks(std::vector<double>{3, 1, 3, 2}), (std::vector<double>{3.5, 1, 3.5, 2}));
  EXPECT_TRUE(MidRanks({}).empty());
}

TEST(TypeSums, AnyOrderOfTheSequencesGivesTheSameBytes) {
  std::vector<RandomSequence> sequences;
  std::vector<std::int32_t> ids;
  std::vector<double> a;
  for (unsigned seed = 0; seed < 12; ++seed) {
    sequences.emplace_back(20, seed);
    ids.insert(ids.end(), sequences.back().token_ids.begin(), sequences.back().token_ids.end());
    a.insert(a.end(), sequences.back().log_proportions.begin(),
             sequences.back().log_proportions.end());
  }
  const TypeIndex index(ids, a);
  const auto means_of = [&] {
    TypeSums sums(2, index.size());
    for (const RandomSequence& sequence : sequences) {
      const PairDesign design(sequence.log_proportions, sequence.token_ids, sequence.special, -4.5);
      const ScoreSummary summary = SummaryOf(sequence, design, 5);
      std::vector<std::size_t> types;
      for (const std::int32_t id : sequence.token_ids) types.push_back(index.TypeOf(id));
      sums.Count(types);
      sums.Add(0, types, summary.row_means);
      sums.Add(1, types, summary.column_means);
    }
    return std::pair(sums.Means(0), sums.Means(1));
  };
  const auto expected = means_of();
  for (int turn = 0; turn < 4; ++turn) {
    std::rotate(sequences.begin(), sequences.begin() + 5, sequences.end());
    EXPECT_EQ(means_of(), expected) << "turn " << turn;
    std::reverse(sequences.begin(), sequences.end());
    EXPECT_EQ(means_of(), expected) << "reversed, turn " << turn;
  }
}

}  // namespace
}  // namespace zipflens
