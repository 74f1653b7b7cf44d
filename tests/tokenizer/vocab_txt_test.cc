// Folders with vocab.txt. The expected ids are those of BertTokenizerFast in transformers 5.23.
#include "tests/tokenizer/model_folder.h"

namespace zipflens {
namespace {

using testing::ElementsAre;

TEST(VocabTxt, WhiteSpaceAtTheEndOfALineDoesNotCount) {
  const Tokenizer tokenizer =
      LoadVocab("[UNK]\r\n[CLS]\n[SEP] \n[PAD]\n[MASK]\na\u2028\u3000\n##b");
  EXPECT_EQ(tokenizer.vocab_size(), 7U);
  EXPECT_EQ(tokenizer.Token(0), "[UNK]");
  EXPECT_THAT(Encode(tokenizer, "ab [SEP]"), ElementsAre(5, 6, 2));
}

TEST(VocabTxt, WithoutConfigurationIsUncased) {
  const TemporaryFolder folder;
  folder.Write("vocab.txt", kSpecials + "a\n");
  const Tokenizer tokenizer = Tokenizer::Load(folder.path());
  EXPECT_THAT(Encode(tokenizer, "\u00c0 [MASK]"), ElementsAre(5, 4));
  EXPECT_THAT(tokenizer.special_ids(), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(tokenizer.source(), folder / "vocab.txt");
}

TEST(VocabTxt, SpecialTokensNotInItAreAppendedInOrder) {
  const Tokenizer tokenizer =
      LoadVocab("[UNK]\na\n", R"({"additional_special_tokens":["<x>","<y>"]})");
  EXPECT_EQ(tokenizer.vocab_size(), 8U);
  EXPECT_THAT(Tokens(tokenizer, "[SEP][PAD][CLS][MASK]<x><y>"),
              ElementsAre("[SEP]", "[PAD]", "[CLS]", "[MASK]", "<x>", "<y>"));
  EXPECT_THAT(Encode(tokenizer, "[SEP][PAD][CLS][MASK]<x><y>"), ElementsAre(2, 3, 4, 5, 6, 7));
}

TEST(VocabTxt, SpecialTokensMapGoesBeforeTheConfiguration) {
  const TemporaryFolder folder;
  folder.Write("vocab.txt", "<unk>\n" + kSpecials + "a\n");
  folder.Write("tokenizer_config.json", R"({"unk_token":"[UNK]"})");
  folder.Write("special_tokens_map.json", R"({"unk_token":{"content":"<unk>","lstrip":false}})");
  EXPECT_THAT(Encode(Tokenizer::Load(folder.path()), "zzz [UNK]"), ElementsAre(0, 0, 0, 0));
}

TEST(VocabTxt, AddedTokensDecoderSetsFlagsAndSilencesTheMap) {
  const TemporaryFolder folder;
  folder.Write("vocab.txt", kSpecials + "a\n");
  folder.Write("tokenizer_config.json",
               R"({"added_tokens_decoder":{"4":{"content":"[MASK]","lstrip":true,"special":true},)"
               R"("6":{"content":"New","normalized":true,"special":false}}})");
  folder.Write("special_tokens_map.json", R"({"unk_token":"nowhere"})");
  const Tokenizer tokenizer = Tokenizer::Load(folder.path());
  EXPECT_THAT(Encode(tokenizer, "anew a [MASK]"), ElementsAre(5, 6, 5, 4));
  EXPECT_THAT(tokenizer.special_ids(), ElementsAre(0, 1, 2, 3, 4));
}

TEST(VocabTxt, AddedTokensFile) {
  const TemporaryFolder folder;
  folder.Write("vocab.txt", kSpecials + "a\n");
  folder.Write("added_tokens.json", R"({"second":7,"First":6})");
  EXPECT_THAT(Encode(Tokenizer::Load(folder.path()), "a FIRSTsecond"), ElementsAre(5, 6, 7));
}

TEST(VocabTxt, AddedTokensFileIsNormalizedUnlessAFileNamesTheToken) {
  const TemporaryFolder folder;
  folder.Write("vocab.txt", kSpecials + "a\n");
  folder.Write("tokenizer_config.json", R"({"sep_token":"[SEP]"})");
  folder.Write("added_tokens.json", R"({"[MASK]":4,"[SEP]":3})");
  const Tokenizer tokenizer = Tokenizer::Load(folder.path());
  EXPECT_THAT(Encode(tokenizer, "[mask] [SEP] [MASK]"), ElementsAre(4, 3, 4));
  EXPECT_THAT(Tokens(tokenizer, "[sep]"), ElementsAre("[UNK]", "[UNK]", "[UNK]"));
}

TEST(VocabTxt, AnEmptyListOfAdditionalTokensSilencesTheMaps) {
  const TemporaryFolder folder;
  folder.Write("vocab.txt", kSpecials + "<x>\n");
  folder.Write("special_tokens_map.json", R"({"additional_special_tokens":["<x>"]})");
  EXPECT_THAT(Encode(Tokenizer::Load(folder.path()), "<x>"), ElementsAre(5));
  folder.Write("tokenizer_config.json", R"({"additional_special_tokens":[]})");
  EXPECT_THAT(Encode(Tokenizer::Load(folder.path()), "<x>"), ElementsAre(1, 1, 1));
}

TEST(VocabTxt, TokenizerJsonGoesBeforeIt) {
  const TemporaryFolder folder;
  folder.Write("vocab.txt", kSpecials);
  folder.Write("tokenizer.json", TokenizerJson().Text());
  EXPECT_EQ(Tokenizer::Load(folder.path()).vocab_size(), 6U);
}

}  // namespace
}  // namespace zipflens
