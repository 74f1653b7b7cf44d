// The expected ids were worked out by hand, or come from the reference tokenizer if a comment says
// so.
#include "zipflens/tokenizer/tokenizer.h"

#include <thread>

#include "tests/tokenizer/model_folder.h"
#include "zipflens/base/utf8.h"

namespace zipflens {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Tokenizer, GoldenIdsOfTheDemoModel) {
  const Tokenizer tokenizer = Tokenizer::Load(ZIPFLENS_SOURCE_DIR "/data/all-minilm-l6-v2");
  EXPECT_EQ(tokenizer.vocab_size(), 30522U);
  EXPECT_THAT(tokenizer.special_ids(), ElementsAre(0, 100, 101, 102, 103));
  // From tokenizers 0.23.3 with the same tokenizer.json.
  EXPECT_THAT(Encode(tokenizer, "The quick brown fox jumps over the lazy dog."),
              ElementsAre(1996, 4248, 2829, 4419, 14523, 2058, 1996, 13971, 3899, 1012));
  EXPECT_THAT(
      Encode(tokenizer,
             "Zipf\u2019s law: f(r) \u221d 1/r\u2014na\u00efve caf\u00e9s, Stra\u00dfe; "
             "\u6771\u4eac [MASK]."),
      ElementsAre(14101, 2546, 1521, 1055, 2375, 1024, 1042, 1006, 1054, 1007, 100, 1015, 1013,
                  1054, 1517, 15743, 23812, 1010, 2358, 27807, 1025, 1879, 1755, 103, 1012));
}

TEST(Tokenizer, GreedyLongestMatchFirst) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "un\nunaff\n##aff\n##able\n##a\n##ble\n");
  EXPECT_THAT(Tokens(tokenizer, "unaffable"), ElementsAre("unaff", "##able"));
  EXPECT_THAT(Tokens(tokenizer, "unable"), ElementsAre("un", "##able"));
  EXPECT_THAT(Tokens(tokenizer, "unaffa"), ElementsAre("unaff", "##a"));
}

TEST(Tokenizer, WordWithAMissingPieceIsOneUnknown) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "un\n##a\n");
  EXPECT_THAT(Tokens(tokenizer, "unaz un"), ElementsAre("[UNK]", "un"));
}

TEST(Tokenizer, GreedinessIsNotTakenBack) {
  // "abc" could be a + ##bc, but ab comes first and nothing continues it.
  const Tokenizer tokenizer = LoadVocab(kSpecials + "a\nab\n##bc\n");
  EXPECT_THAT(Tokens(tokenizer, "abc"), ElementsAre("[UNK]"));
}

TEST(Tokenizer, WordOfMoreThan100CharactersIsUnknown) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "a\n##a\n");
  EXPECT_EQ(Encode(tokenizer, std::string(100, 'a')).size(), 100U);
  EXPECT_THAT(Tokens(tokenizer, std::string(101, 'a')), ElementsAre("[UNK]"));
}

TEST(Tokenizer, LengthCountsCharactersAfterNormalization) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "e\n##e\n");
  std::string accents;
  for (int i = 0; i < 100; ++i) accents += "\u00e9\u0301";  // 200 code points, 100 letters
  EXPECT_EQ(Encode(tokenizer, accents).size(), 100U);
  EXPECT_THAT(Tokens(tokenizer, accents + "e"), ElementsAre("[UNK]"));
}

TEST(Tokenizer, MaximumLengthOfAWordIsTheModels) {
  TokenizerJson json;
  json.model_options = R"("type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",)"
                       R"("max_input_chars_per_word":2)";
  EXPECT_THAT(Tokens(LoadJson(json), "ab abb"), ElementsAre("a", "##b", "[UNK]"));
}

TEST(Tokenizer, EmptyAndBlankTextsHaveNoIds) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "a\n");
  EXPECT_THAT(Encode(tokenizer, ""), IsEmpty());
  EXPECT_THAT(Encode(tokenizer, " \t\r\n\u3000\u2028"), IsEmpty());
  EXPECT_THAT(Encode(tokenizer, std::string("\0\x1b\u200b\ufffd", 8)), IsEmpty());
}

TEST(Tokenizer, AppendsToWhatIsThere) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "a\n");
  std::vector<std::int32_t> ids = {7};
  tokenizer.EncodeInto("a", ids);
  EXPECT_THAT(ids, ElementsAre(7, 5));
}

TEST(Tokenizer, InvalidUtf8NamesTheByteAndLeavesTheIds) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "a\n");
  std::vector<std::int32_t> ids = {7};
  try {
    tokenizer.EncodeInto("a \xff", ids);
    FAIL() << "no error";
  } catch (const InvalidUtf8& error) {
    EXPECT_EQ(error.byte_offset(), 2U);
  }
  EXPECT_THAT(ids, ElementsAre(7));
}

TEST(Tokenizer, DeletedCharactersJoinTheirNeighbours) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "ab\n");
  for (const std::string text : {"a\u000bb", "a\u0085b", "a\u00adb", "a\ufffdb", "a\ue000b"}) {
    EXPECT_THAT(Tokens(tokenizer, text), ElementsAre("ab")) << text;
  }
}

TEST(Tokenizer, ChineseCharactersStandAloneButNotInTheReferencesHole) {
  const Tokenizer tokenizer =
      LoadVocab(kSpecials + "\u4e2d\n\u6587\na\u4e2d\n\U0002b820\U0002b820\n");
  EXPECT_THAT(Tokens(tokenizer, "\u4e2d\u6587"), ElementsAre("\u4e2d", "\u6587"));
  EXPECT_THAT(Tokens(tokenizer, "\U0002b820\U0002b820"), ElementsAre("\U0002b820\U0002b820"));
  const Tokenizer joined =
      LoadVocab(kSpecials + "a\u4e2d\n", R"({"tokenize_chinese_chars":false})");
  EXPECT_THAT(Tokens(joined, "A\u4e2d"), ElementsAre("a\u4e2d"));
}

TEST(Tokenizer, UncasedLowersAndStripsAccents) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "cafe\n\u03c3\u03c3\ni\n\u00df\n");
  EXPECT_THAT(Tokens(tokenizer, "CAF\u00c9 \u03a3\u03a3 \u0130 \u1e9e"),
              ElementsAre("cafe", "\u03c3\u03c3", "i", "\u00df"));
}

TEST(Tokenizer, CasedKeepsBoth) {
  const Tokenizer tokenizer =
      LoadVocab(kSpecials + "CAF\u00c9\nCafe\u0301\n", R"({"do_lower_case":false})");
  EXPECT_THAT(Tokens(tokenizer, "CAF\u00c9 Cafe\u0301 caf\u00e9"),
              ElementsAre("CAF\u00c9", "Cafe\u0301", "[UNK]"));
}

TEST(Tokenizer, AccentsAndCaseAreSeparateOptions) {
  const Tokenizer lower =
      LoadVocab(kSpecials + "\u00e9\n", R"({"do_lower_case":true,"strip_accents":false})");
  EXPECT_THAT(Tokens(lower, "\u00c9"), ElementsAre("\u00e9"));
  const Tokenizer strip =
      LoadVocab(kSpecials + "E\n", R"({"do_lower_case":false,"strip_accents":true})");
  EXPECT_THAT(Tokens(strip, "\u00c9"), ElementsAre("E"));
}

TEST(Tokenizer, HangulIsDecomposed) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "\u1100\u1161\u11a8\n");
  EXPECT_THAT(Tokens(tokenizer, "\uac01"), ElementsAre("\u1100\u1161\u11a8"));
}

TEST(Tokenizer, KeptMarksAreReordered) {
  // U+1D165 (Mc, class 216) goes before U+1D16D (Mc, class 226); neither is dropped.
  const Tokenizer tokenizer = LoadVocab(kSpecials + "a\U0001d165\U0001d16d\n");
  EXPECT_THAT(Tokens(tokenizer, "a\U0001d16d\U0001d165"), ElementsAre("a\U0001d165\U0001d16d"));
  // U+034F, of class 0, keeps them separate, although it is itself dropped.
  EXPECT_THAT(Tokens(tokenizer, "a\U0001d16d\u034f\U0001d165"), ElementsAre("[UNK]"));
}

TEST(Tokenizer, PunctuationIsThatOfUnicode8) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "a\n\u2e42\n$\na\u2e43a\n");
  EXPECT_THAT(Tokens(tokenizer, "a\u2e42a$a\u2e43a"),
              ElementsAre("a", "\u2e42", "a", "$", "a\u2e43a"));
}

TEST(Tokenizer, ContinuingPrefixIsTheModels) {
  TokenizerJson json;
  json.model_options = R"("type":"WordPiece","unk_token":"?","continuing_subword_prefix":"",)"
                       R"("max_input_chars_per_word":100)";
  json.vocab = R"({"?":0,"a":1,"b":2})";
  EXPECT_THAT(Tokens(LoadJson(json), "abba c"), ElementsAre("a", "b", "b", "a", "?"));
}

TEST(Tokenizer, EntryIsEmptyOrPrefixAloneMatchesNothing) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "\n##\na\n");
  EXPECT_THAT(Tokens(tokenizer, "a ab"), ElementsAre("a", "[UNK]"));
}

TEST(Tokenizer, TruncationAndPaddingAreIgnored) {
  EXPECT_THAT(Tokens(LoadJson({}), "a b a"), ElementsAre("a", "b", "a"));
}

TEST(Tokenizer, ShaNamesTheVocabularyHoweverItIsStored) {
  // sha256sum of the six entries, one per line
  const std::string sha = "d87995f1d0543777545e46592ea6b9bc8fd4469822b4edaec24f2c411a0a7dec";
  const std::string entries = "[UNK]\n[MASK]\na\nb\n##b\n.\n";
  const std::string config = R"({"sep_token":"[MASK]","pad_token":"[MASK]","cls_token":"[MASK]"})";
  EXPECT_EQ(LoadJson({}).vocabulary_sha256(), sha);
  EXPECT_EQ(LoadVocab(entries, config).vocabulary_sha256(), sha);
}

TEST(Tokenizer, ThreadsShareOne) {
  const Tokenizer tokenizer = LoadVocab(kSpecials + "a\ne\n##b\n");
  const std::string text = "AB \u00c9b [MASK] \u4e2d ab ";
  const std::vector<std::int32_t> expected = Encode(tokenizer, text);
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> threads;
  threads.reserve(wrong.size());
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) count += Encode(tokenizer, text) != expected;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(wrong, ElementsAre(0, 0, 0, 0));
}

}  // namespace
}  // namespace zipflens
