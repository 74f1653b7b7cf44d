// Types and their means; any partition of the sequences gives the same bytes.

#include "zipflens/stats/type_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "tests/stats/pair_oracle.h"
#include "zipflens/base/error.h"
#include "zipflens/stats/pair_estimates.h"
#include "zipflens/stats/pair_regression.h"
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

// The sums of one part of the batch.
struct Part {
  explicit Part(std::size_t num_types) : types(2, num_types) {}

  void Merge(const Part& other) {
    designs.insert(designs.end(), other.designs.begin(), other.designs.end());
    scores.insert(scores.end(), other.scores.begin(), other.scores.end());
    types.Merge(other.types);
  }

  // All results as bytes.
  std::vector<std::uint64_t> Bytes() const {
    std::vector<double> values;
    for (const Response response : {Response::kScore, Response::kRowCentredScore}) {
      PairMoments pooled;
      for (std::size_t s = 0; s < scores.size(); ++s) {
        pooled.Merge(PairLevelMoments(designs[s], scores[s], response));
      }
      values.push_back(pooled.Correlation());
      for (const TermEstimate& term : PairRegression(designs, response).Fit(scores)) {
        values.insert(values.end(), {term.estimate, term.standard_error, term.p});
      }
    }
    for (const SplitValue& value : FourWaySplit(scores)) values.push_back(value.variance);
    for (std::size_t quantity = 0; quantity < 2; ++quantity) {
      const std::vector<double> means = types.Means(quantity);
      values.insert(values.end(), means.begin(), means.end());
    }
    std::vector<std::uint64_t> bytes(values.size());
    std::memcpy(bytes.data(), values.data(), values.size() * sizeof(double));
    return bytes;
  }

  std::vector<DesignSums> designs;
  std::vector<ScoreSums> scores;
  TypeSums types;
};

TEST(Merging, AnyPartitionOfTheSequencesGivesTheSameBytes) {
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
  const auto part_of = [&](std::size_t first, std::size_t last) {
    Part part(index.size());
    for (std::size_t s = first; s < last; ++s) {
      const RandomSequence& sequence = sequences[s];
      const PairDesign design(sequence.log_proportions, sequence.token_ids, sequence.special, -4.5);
      const ScoreSummary summary = SummaryOf(sequence, design, 5);
      std::vector<std::size_t> types;
      for (const std::int32_t id : sequence.token_ids) types.push_back(index.TypeOf(id));
      part.designs.push_back(design.sums());
      part.scores.push_back(summary.sums);
      part.types.Count(types);
      part.types.Add(0, types, summary.row_means);
      part.types.Add(1, types, summary.column_means);
    }
    return part;
  };
  const std::vector<std::uint64_t> whole = part_of(0, sequences.size()).Bytes();
  for (const std::vector<std::size_t>& ends : std::vector<std::vector<std::size_t>>{
           {1, 12}, {6, 12}, {3, 4, 9, 12}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}) {
    Part merged(index.size());
    std::size_t first = 0;
    for (const std::size_t end : ends) {
      merged.Merge(part_of(first, end));
      first = end;
    }
    EXPECT_EQ(merged.Bytes(), whole) << ends.size() << " parts";
  }
}

}  // namespace
}  // namespace zipflens
