// Added tokens. Each expectation is the result of tokenizers 0.23.3 for the same tokens and text.
#include "zipflens/tokenizer/added_tokens.h"

#include "tests/tokenizer/model_folder.h"
#include "zipflens/tokenizer/tokenizer_spec.h"

namespace zipflens {
namespace {

using testing::ElementsAre;

AddedToken Token(std::int32_t id, const std::string& content) {
  AddedToken token;
  token.id = id;
  token.content = content;
  return token;
}

// Returns the parts of a text: ids in angle brackets, and unchanged text.
std::vector<std::string> Parts(const std::vector<AddedToken>& tokens, std::string_view text) {
  std::vector<std::string> patterns;
  patterns.reserve(tokens.size());
  for (const AddedToken& token : tokens) patterns.push_back(token.content);
  std::vector<std::string> parts;
  AddedTokenMatcher(tokens, patterns)
      .Split(
          text, [&](std::string_view part) { parts.emplace_back(part); },
          [&](std::int32_t id) { parts.push_back("<" + std::to_string(id) + ">"); });
  return parts;
}

TEST(AddedTokens, FoundAnywhereCaseSensitively) {
  const std::vector<AddedToken> tokens = {Token(1, "[MASK]")};
  EXPECT_THAT(Parts(tokens, "x[MASK]."), ElementsAre("x", "<1>", "."));
  EXPECT_THAT(Parts(tokens, "[MASK][MASK]"), ElementsAre("<1>", "<1>"));
  EXPECT_THAT(Parts(tokens, "[mask] [MASK"), ElementsAre("[mask] [MASK"));
  EXPECT_THAT(Parts(tokens, "[[MASK]]"), ElementsAre("[", "<1>", "]"));
}

TEST(AddedTokens, LeftmostThenLongest) {
  const std::vector<AddedToken> tokens = {Token(1, "[M]"), Token(2, "[M]x"), Token(3, "M]xy")};
  EXPECT_THAT(Parts(tokens, "[M]xy"), ElementsAre("<2>", "y"));
  EXPECT_THAT(Parts(tokens, "[M]y"), ElementsAre("<1>", "y"));
  EXPECT_THAT(Parts(tokens, "M]xy"), ElementsAre("<3>"));
}

TEST(AddedTokens, SingleWordNeedsNoWordCharacterBeside) {
  std::vector<AddedToken> tokens = {Token(1, "SW")};
  tokens[0].single_word = true;
  for (const std::string text : {"aSW", "SWa", "SW1", "SW_", "\u00e9SW", "\u0301SW", "SW\u200d"}) {
    EXPECT_THAT(Parts(tokens, text), ElementsAre(text));
  }
  EXPECT_THAT(Parts(tokens, "SW"), ElementsAre("<1>"));
  EXPECT_THAT(Parts(tokens, "-SW-"), ElementsAre("-", "<1>", "-"));
}

TEST(AddedTokens, SearchGoesOnBehindATokenThatDidNotCount) {
  std::vector<AddedToken> tokens = {Token(1, "ab"), Token(2, "b")};
  tokens[0].single_word = true;
  EXPECT_THAT(Parts(tokens, "abc"), ElementsAre("abc"));
  EXPECT_THAT(Parts(tokens, "abb"), ElementsAre("ab", "<2>"));
}

TEST(AddedTokens, StripTakesWhiteSpaceAlong) {
  std::vector<AddedToken> tokens = {Token(1, "L"), Token(2, "R")};
  tokens[0].lstrip = true;
  tokens[1].rstrip = true;
  EXPECT_THAT(Parts(tokens, "a \u3000\x0b\u0085L b"), ElementsAre("a", "<1>", " b"));
  EXPECT_THAT(Parts(tokens, "a R \u3000\n b"), ElementsAre("a ", "<2>", "b"));
  EXPECT_THAT(Parts(tokens, "R  L"), ElementsAre("<2>", "<1>"));
}

TEST(AddedTokens, TokenInWhiteSpaceThatWasTakenAlongStillCounts) {
  std::vector<AddedToken> tokens = {Token(1, "Q"), Token(2, "  W")};
  tokens[0].rstrip = true;
  EXPECT_THAT(Parts(tokens, "Q   W"), ElementsAre("<1>", "<2>"));
}

TEST(AddedTokens, NothingIsLeftOfAStrippingTokenInWhiteSpaceThatWasTakenAlong) {
  std::vector<AddedToken> tokens = {Token(1, "Q"), Token(2, " ")};
  tokens[0].rstrip = true;
  EXPECT_THAT(Parts(tokens, "Q x"), ElementsAre("<1>", "<2>", "x"));
  tokens[1].lstrip = true;
  EXPECT_THAT(Parts(tokens, "Q x"), ElementsAre("<1>", "x"));
  EXPECT_THAT(Parts(tokens, "x  Q"), ElementsAre("x", "<2>", "<2>", "<1>"));
}

TEST(AddedTokens, TimeGrowsAsTheTextDoes) {
  // Each text would take minutes if the work per position grew with the text.
  constexpr std::size_t kBytes = 1'000'000;
  std::vector<AddedToken> tokens = {Token(1, " "), Token(2, "\t")};
  tokens[0].rstrip = true;
  std::string spaces(kBytes, ' ');
  for (std::size_t i = 1; i < spaces.size(); i += 2) spaces[i] = '\t';
  EXPECT_EQ(Parts(tokens, spaces).size(), kBytes);
  const std::string longest(kMaxEntryBytes, 'x');
  EXPECT_EQ(Parts({Token(1, longest)}, std::string(kMaxEntryBytes - 1, 'x')).size(), 1U);
  std::string almost;
  while (almost.size() < kBytes / 2) almost += longest.substr(1) + "y";
  EXPECT_EQ(Parts({Token(1, longest)}, almost).size(), 1U);
}

TEST(AddedTokens, TimeGrowsAsAWordDoes) {
  TokenizerJson json;
  json.model_options =
      R"("unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":10000000)";
  // At every position the long entry matches 1,021 bytes of the word and then fails.
  json.vocab =
      R"({"[UNK]":0,"x":1,"##x":2,"##)" + std::string(kMaxEntryBytes - 3, 'x') + R"(z":3})";
  constexpr std::size_t kBytes = 200'000;
  EXPECT_EQ(Encode(LoadJson(json), std::string(kBytes, 'x')).size(), kBytes);
}

std::string Added(int id, const std::string& content, bool normalized) {
  return R"({"id":)" + std::to_string(id) + R"(,"content":")" + content +
         R"(","special":false,"single_word":false,"lstrip":false,"rstrip":false,"normalized":)" +
         (normalized ? "true}" : "false}");
}

TEST(AddedTokens, NormalizedOnesAreSoughtInNormalizedText) {
  TokenizerJson json;
  json.added_tokens = "[" + Added(6, "New Y\u00f6rk", true) + "," + Added(7, "Raw", false) + "]";
  const Tokenizer tokenizer = LoadJson(json);
  EXPECT_EQ(tokenizer.vocab_size(), 8U);
  EXPECT_THAT(Encode(tokenizer, "aNEW\tYORKb Raw raw"), ElementsAre(2, 6, 3, 7, 0));
  EXPECT_EQ(tokenizer.Token(6), "New Y\u00f6rk");
}

TEST(AddedTokens, OneThatIsInTheVocabularyKeepsItsId) {
  TokenizerJson json;
  json.added_tokens = "[" + Added(3, "b", false) + "]";
  const Tokenizer tokenizer = LoadJson(json);
  EXPECT_EQ(tokenizer.vocab_size(), 6U);
  EXPECT_THAT(Encode(tokenizer, "ab"), ElementsAre(2, 3));
  EXPECT_THAT(tokenizer.special_ids(), ElementsAre());
}

}  // namespace
}  // namespace zipflens
