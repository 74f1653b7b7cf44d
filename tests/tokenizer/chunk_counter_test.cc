// Compares counting and encoding by chunks with encoding whole texts; see also encode_documents.
#include "zipflens/tokenizer/chunk_counter.h"

#include <random>

#include "tests/tokenizer/model_folder.h"
#include "zipflens/base/utf8.h"

namespace zipflens {
namespace {

using testing::ElementsAre;

constexpr std::uint64_t kTakeBack = ~std::uint64_t{0};

std::vector<std::uint64_t> Counts(const Tokenizer& tokenizer, const ChunkCounter& counter) {
  std::vector<std::uint64_t> counts(tokenizer.vocab_size(), 0);
  counter.AddCountsInto(counts);
  return counts;
}

void AddEncoded(const Tokenizer& tokenizer, std::string_view text,
                std::vector<std::uint64_t>& counts) {
  for (const std::int32_t id : Encode(tokenizer, text)) ++counts[static_cast<std::size_t>(id)];
}

const std::string kEntries = kSpecials + "un\n##aff\n##able\n.\na\nb\n##b\nab\n";

TEST(ChunkCounter, CountsByHand) {
  const Tokenizer tokenizer = LoadVocab(kEntries);
  ChunkCounter counter(tokenizer);
  EXPECT_EQ(counter.Add("unaffable. a [MASK]a ab Zz"), 9U);
  EXPECT_EQ(counter.Add("a ab", /*weight=*/10), 2U);
  EXPECT_EQ(counter.Add("a ab", /*weight=*/0), 2U);
  EXPECT_THAT(Counts(tokenizer, counter), ElementsAre(0, 1, 0, 0, 1, 1, 1, 1, 1, 12, 0, 0, 11));
  EXPECT_EQ(counter.Add("a. a", kTakeBack), 3U);
  EXPECT_THAT(Counts(tokenizer, counter), ElementsAre(0, 1, 0, 0, 1, 1, 1, 1, 0, 10, 0, 0, 11));
}

TEST(ChunkCounter, WhatOneCounterCountedAnotherTakesBack) {
  const Tokenizer tokenizer = LoadVocab(kEntries);
  ChunkCounter first(tokenizer);
  ChunkCounter second(tokenizer);
  first.Add("a ab [MASK]");
  second.Add("a [MASK]", kTakeBack);
  std::vector<std::uint64_t> counts = Counts(tokenizer, first);
  second.AddCountsInto(counts);
  EXPECT_THAT(counts, ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
}

TEST(ChunkCounter, ChunksOfEveryLength) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "a\n##a\n.\n");
  ChunkCounter counter(tokenizer);
  std::vector<std::uint64_t> expected(tokenizer.vocab_size(), 0);
  for (const std::size_t size :
       {1, 15, 16, 17, 63, 64, 65, 100, 101, 2046, 2047, 2048, 2049, 5000}) {
    for (const std::string& text :
         {std::string(size, 'a'), "." + std::string(size, 'a') + ".a", std::string(size, '.'),
          std::string(2040, ' ') + std::string(size, 'a') + " a", std::string(size, ' ')}) {
      EXPECT_EQ(counter.Add(text), Encode(tokenizer, text).size()) << size;
      AddEncoded(tokenizer, text, expected);
    }
  }
  EXPECT_EQ(Counts(tokenizer, counter), expected);
}

TEST(ChunkCounter, NormalizedAddedTokensThatSpanChunks) {
  const std::string added = R"([{"id":6,"content":"New York","special":false,"single_word":false,)"
                            R"("lstrip":false,"rstrip":false,"normalized":true}])";
  TokenizerJson json;
  json.added_tokens = added;
  const Tokenizer tokenizer = LoadJson(json);
  ChunkCounter counter(tokenizer);
  EXPECT_EQ(counter.Add("a new YORK b"), 3U);
  EXPECT_THAT(Counts(tokenizer, counter), ElementsAre(0, 0, 1, 1, 0, 0, 1));
  std::vector<std::int32_t> ids = {9};
  counter.EncodeInto("b new york", ids);
  EXPECT_THAT(ids, ElementsAre(9, 3, 6));
}

TEST(ChunkCounter, InvalidUtf8IsFoundWhereItIs) {
  const Tokenizer tokenizer = LoadVocab(kEntries);
  // 16 bytes that could be confused with the key of a short chunk.
  const std::string like_a_key = std::string("ab") + std::string(13, '\0') + "\xF2";
  const std::string long_text = std::string(3000, 'a') + " ";
  for (const auto& [text, offset] : std::vector<std::pair<std::string, std::size_t>>{
           {"ab \xFF", 3},
           {"ab " + like_a_key, 18},
           {long_text + "a\xC3 b", 3002},
           {"[MASK]\x80[MASK]", 6},
           {long_text + std::string(70, 'b') + "\xE2\x82", 3071},
           {std::string(3000, 'a') + "\xFF", 3000}}) {
    for (const auto when :
         {ChunkCounter::Tokenizing::kAtOnce, ChunkCounter::Tokenizing::kAtTheEnd}) {
      ChunkCounter counter(tokenizer, ChunkCounter::kDefaultMemoryBudget, when);
      counter.Add("ab a b [MASK]");
      try {
        counter.Add(text);
        ADD_FAILURE() << testing::PrintToString(text);
      } catch (const InvalidUtf8& error) {
        EXPECT_EQ(error.byte_offset(), offset) << testing::PrintToString(text);
      }
    }
  }
}

// Random words of many lengths: frequent words are in all counters, each rare word in one.
TEST(ChunkCounter, SeveralCountersThatTokenizeAtTheEndAreOneThatTokenizesAtOnce) {
  const Tokenizer tokenizer = Tokenizer::Load(ZIPFLENS_SOURCE_DIR "/data/all-minilm-l6-v2");
  std::mt19937 generator(8);
  for (const std::size_t num_counters : {1, 2, 5}) {
    std::vector<std::unique_ptr<ChunkCounter>> counters;
    for (std::size_t i = 0; i < num_counters; ++i) {
      const std::size_t memory_budget = i % 2 == 0 ? ChunkCounter::kDefaultMemoryBudget : 1 << 18;
      counters.push_back(std::make_unique<ChunkCounter>(tokenizer, memory_budget,
                                                        ChunkCounter::Tokenizing::kAtTheEnd));
    }
    ChunkCounter plain(tokenizer);
    std::uint64_t num_tokens = 0;
    for (int i = 0; i < 200; ++i) {
      std::string text;
      for (int word = 0; word < 300; ++word) {
        text += tokenizer.Token(static_cast<std::int32_t>(generator() % 30522));
        if (generator() % 3 == 0) text += std::string(generator() % 70, "aZ9\t"[generator() % 4]);
        if (generator() % 3 == 0) text += "\xC3\xA9" + std::to_string(generator());
        text += generator() % 9 == 0 ? "[MASK]" : " ";
      }
      num_tokens += plain.Add(text);
      counters[generator() % num_counters]->Add(text);
    }
    std::uint64_t num_late_tokens = 0;
    for (const auto& counter : counters) num_late_tokens += counter->NumTokens();
    EXPECT_EQ(num_late_tokens, num_tokens);
    std::vector<std::uint64_t> counts(tokenizer.vocab_size(), 0);
    ChunkCounter::AddAllCountsInto(counters, /*num_threads=*/3, counts);
    EXPECT_EQ(counts, Counts(tokenizer, plain));
  }
}

// Random words of the demo's vocabulary and others, and a table that must drop chunks repeatedly.
TEST(ChunkCounter, SmallMemoryGivesTheSameCounts) {
  const Tokenizer tokenizer = Tokenizer::Load(ZIPFLENS_SOURCE_DIR "/data/all-minilm-l6-v2");
  std::mt19937 generator(7);
  ChunkCounter small(tokenizer, /*memory_budget=*/0);
  ChunkCounter middle(tokenizer, /*memory_budget=*/1 << 20);
  ChunkCounter large(tokenizer);
  std::vector<std::uint64_t> expected(tokenizer.vocab_size(), 0);
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (int word = 0; word < 300; ++word) {
      const auto draw = static_cast<std::uint32_t>(generator());
      text += tokenizer.Token(static_cast<std::int32_t>(draw % (draw % 2 == 0 ? 30522 : 3000)));
      text += draw % 3 == 0 ? std::to_string(generator()) + "\n" : " ";
    }
    std::vector<std::int32_t> ids;
    small.EncodeInto(text, ids);
    ASSERT_EQ(ids, Encode(tokenizer, text));
    for (ChunkCounter* counter : {&small, &middle, &large}) {
      ASSERT_EQ(counter->Add(text), ids.size());
    }
    AddEncoded(tokenizer, text, expected);
  }
  EXPECT_EQ(Counts(tokenizer, small), expected);
  EXPECT_EQ(Counts(tokenizer, middle), expected);
  EXPECT_EQ(Counts(tokenizer, large), expected);
}

}  // namespace
}  // namespace zipflens
