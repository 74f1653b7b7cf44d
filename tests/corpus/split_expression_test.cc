// Tests of the forms that need no oracle. splits_against_datasets_test.py tests the arithmetic.
#include "zipflens/corpus/split_expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/base/temporary_folder.h"
#include "zipflens/corpus/corpus_name.h"
#include "zipflens/corpus/row_range.h"

namespace zipflens {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// 20231101.en of wikimedia/wikipedia has 6,407,814 rows; docs/analysis.md: 1 % is rows 0..64,077.
TEST(SplitExpression, TakesOnePercentOfWikipediaAsTheNotebookDoes) {
  const auto ranges =
      SplitExpression::Parse("train[:1%]").Resolve([](const std::string&) { return 6'407'814U; });
  EXPECT_THAT(ranges, ElementsAre(SplitRange{"train", {0, 64'078}}));
}

TEST(SplitExpression, NamesEachSplitOnce) {
  const auto expression = SplitExpression::Parse("train[:10%] + test[5:]+train[-1%:]");
  EXPECT_THAT(expression.SplitNames(), ElementsAre("train", "test"));
  EXPECT_EQ(expression.terms().size(), 3U);
  EXPECT_EQ(expression.text(), "train[:10%] + test[5:]+train[-1%:]");
}

TEST(SplitExpression, RefusesARangeThatEndsBeforeItBegins) {
  EXPECT_THAT(
      MessageOf([] {
        SplitExpression::Parse("train[50:20]").Resolve([](const std::string&) { return 100U; });
      }),
      HasSubstr("split \"train[50:20]\": found rows 50 to 20 of the 100 of train"));
}

TEST(ParseCorpusName, TakesPlaceConfigAndSplitApart) {
  const CorpusName hub = ParseCorpusName("wikimedia/wikipedia:20231101.en:train[:1%]");
  EXPECT_EQ(hub.place, "wikimedia/wikipedia");
  EXPECT_EQ(hub.config, "20231101.en");
  ASSERT_TRUE(hub.split);
  EXPECT_EQ(hub.split->text(), "train[:1%]");

  const CorpusName glob = ParseCorpusName("a:b/[0-9]*.parquet:train[5:]+train[:2]");
  EXPECT_EQ(glob.place, "a:b/[0-9]*.parquet");
  EXPECT_EQ(glob.config, "");
  EXPECT_EQ(glob.split->text(), "train[5:]+train[:2]");

  EXPECT_FALSE(ParseCorpusName("a:b/corpus.jsonl").split);
}

TEST(SplitExpression, IsExactForAsManyRowsAsAFooterCanState) {
  const auto rows_of = [](const char* text, std::uint64_t num_rows) {
    return SplitExpression::Parse(text)
        .Resolve([num_rows](const std::string&) { return num_rows; })
        .front()
        .rows;
  };
  constexpr std::uint64_t kMost = std::uint64_t{1} << 60;
  EXPECT_EQ(rows_of("train[:50%]", kMost), (RowRange{0, kMost / 2}));
  EXPECT_EQ(rows_of("train[-25%:]", kMost), (RowRange{kMost / 4 * 3, kMost}));
  EXPECT_EQ(rows_of("train[:100%]", kMost), (RowRange{0, kMost}));
  for (const char* text : {"train", "train[:5%]", "train[:5]", "train[-5%:]"}) {
    for (const std::uint64_t num_rows : {kMost + 1, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
      EXPECT_THAT(MessageOf([&] { rows_of(text, num_rows); }), HasSubstr("expected at most 2^60"));
    }
  }
}

TEST(ParseCorpusName, RefusesEmptyPartsAndTooManyColons) {
  EXPECT_THAT(MessageOf([] { ParseCorpusName("a:b:c:d"); }), HasSubstr("more than two colons"));
  EXPECT_THAT(MessageOf([] { ParseCorpusName(":train"); }), HasSubstr("an empty part"));
  EXPECT_THAT(MessageOf([] { ParseCorpusName("a::train"); }), HasSubstr("an empty part"));
  EXPECT_THAT(MessageOf([] { ParseCorpusName("a:"); }), HasSubstr("found its end"));
}

TEST(RangesOfShards, CutsAtShardsAndPassesOverEmptyOnes) {
  const std::vector<std::uint64_t> rows = {10, 0, 5, 7};
  EXPECT_THAT(RangesOfShards({3, 16}, rows),
              ElementsAre(ShardRange{0, {3, 10}}, ShardRange{2, {0, 5}}, ShardRange{3, {0, 1}}));
  EXPECT_THAT(RangesOfShards({0, 10}, rows), ElementsAre(ShardRange{0, {0, 10}}));
  EXPECT_THAT(RangesOfShards({4, 4}, rows), ElementsAre());
}

}  // namespace
}  // namespace zipflens
