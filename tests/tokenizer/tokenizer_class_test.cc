// Tests the tokenizer class that a model names, and files that contradict each other. The
// expectations for each folder are those of AutoTokenizer in transformers 5.23.
#include "tests/tokenizer/model_folder.h"

namespace zipflens {
namespace {

constexpr const char* kJson = "tokenizer.json";
constexpr const char* kConfig = "tokenizer_config.json";

// A folder with a vocab.txt, or with a tokenizer.json.
void WriteVocab(const TemporaryFolder& folder) { folder.Write("vocab.txt", kSpecials + "a\n"); }
void WriteJson(const TemporaryFolder& folder) { folder.Write(kJson, TokenizerJson().Text()); }

std::string Class(const std::string& name) { return R"({"tokenizer_class":")" + name + R"("})"; }

TEST(TokenizerClass, ThoseOfBertAreRead) {
  for (const std::string name :
       {"BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer",
        "LayoutLMTokenizer", "LxmertTokenizer", "SqueezeBertTokenizer"}) {
    for (const std::string ending : {"", "Fast"}) {
      for (const char* file : {kConfig, "config.json"}) {
        const TemporaryFolder vocab;
        WriteVocab(vocab);
        vocab.Write(file, Class(name + ending));
        EXPECT_EQ(Tokenizer::Load(vocab.path()).vocab_size(), 6U) << name << ending;
        const TemporaryFolder json;
        WriteJson(json);
        json.Write(file, Class(name + ending));
        EXPECT_EQ(Tokenizer::Load(json.path()).vocab_size(), 6U) << name << ending;
      }
    }
  }
}

TEST(TokenizerClass, OthersAreRefusedByName) {
  for (const std::string name :
       {"BertJapaneseTokenizer", "RobertaTokenizer", "RobertaTokenizerFast", "MPNetTokenizer",
        "BertGenerationTokenizer", "BertweetTokenizer", "BertTokenizerLegacy", "HerbertTokenizer",
        "FunnelTokenizerFast", "MyTokenizer", "Bert", "BertTokenizerFastFast", "bertTokenizer",
        ""}) {
    for (const char* file : {kConfig, "config.json"}) {
      for (const auto& write : {WriteVocab, WriteJson}) {
        const TemporaryFolder folder;
        write(folder);
        folder.Write(file, Class(name));
        EXPECT_THAT(LoadingError(folder),
                    testing::StartsWith(std::string(file) + ": tokenizer_class: found \"" + name +
                                        "\"; expected a tokenizer whose ids are known: one of "
                                        "BertTokenizer, "));
      }
    }
  }
}

TEST(TokenizerClass, ATokenizerJsonAloneNeedsATokenizerJson) {
  for (const std::string name : {"PreTrainedTokenizerFast", "TokenizersBackend"}) {
    const TemporaryFolder json;
    WriteJson(json);
    json.Write(kConfig, Class(name));
    EXPECT_EQ(Tokenizer::Load(json.path()).vocab_size(), 6U);
    const TemporaryFolder vocab;
    WriteVocab(vocab);
    vocab.Write(kConfig, Class(name));
    EXPECT_THAT(LoadingError(vocab), testing::HasSubstr("with a tokenizer.json"));
  }
}

TEST(TokenizerClass, TheTokenizersConfigGoesBeforeTheModels) {
  const TemporaryFolder folder;
  WriteVocab(folder);
  folder.Write("config.json", Class("RobertaTokenizer"));
  folder.Write(kConfig, Class("BertTokenizer"));
  EXPECT_EQ(Tokenizer::Load(folder.path()).vocab_size(), 6U);
  folder.Write(kConfig, R"({"tokenizer_class":null})");
  EXPECT_THAT(LoadingError(folder),
              testing::StartsWith("config.json: tokenizer_class: found \"Rob"));
  folder.Write(kConfig, R"({"tokenizer_class":["BertTokenizer"]})");
  EXPECT_EQ(
      LoadingError(folder),
      R"(tokenizer_config.json: tokenizer_class: found ["BertTokenizer"]; expected a string)");
}

TEST(TokenizerClass, WithoutOneTheModelTypeSaysWhoseVocabTxtItIs) {
  for (const std::string type : {"bert", "distilbert", "electra"}) {
    const TemporaryFolder folder;
    WriteVocab(folder);
    folder.Write("config.json", R"({"model_type":")" + type + R"("})");
    EXPECT_EQ(Tokenizer::Load(folder.path()).vocab_size(), 6U);
  }
  const TemporaryFolder folder;
  WriteVocab(folder);
  folder.Write("config.json", R"({"model_type":"roberta"})");
  EXPECT_THAT(
      LoadingError(folder),
      testing::StartsWith(R"(config.json: model_type: found "roberta"; expected one of b)"));
  WriteJson(folder);  // states the whole tokenizer
  EXPECT_EQ(Tokenizer::Load(folder.path()).vocab_size(), 6U);
}

constexpr const char* kMaskAsAddedToken =
    R"([{"id":1,"content":"[MASK]","special":true,"single_word":false,"lstrip":false,)"
    R"("rstrip":false,"normalized":false}])";

std::string Contradiction(const std::string& config, const std::string& file = kConfig) {
  const TemporaryFolder folder;
  TokenizerJson json;
  json.added_tokens = kMaskAsAddedToken;
  folder.Write(kJson, json.Text());
  folder.Write(file, config);
  return LoadingError(folder);
}

TEST(TokenizerClass, ContradictionsBetweenFilesAreRefused) {
  const std::string follows =
      " of tokenizer.json means (transformers follows the one, tokenizers the other: correct "
      "whichever is wrong)";
  EXPECT_EQ(Contradiction(R"({"do_lower_case":false})"),
            "tokenizer_config.json: do_lower_case: found false; expected true, as "
            "normalizer.lowercase" +
                follows);
  EXPECT_EQ(Contradiction(R"({"strip_accents":false})"),
            "tokenizer_config.json: strip_accents: found false; expected true, as "
            "normalizer.strip_accents" +
                follows);
  EXPECT_EQ(Contradiction(R"({"tokenize_chinese_chars":false})"),
            "tokenizer_config.json: tokenize_chinese_chars: found false; expected true, as "
            "normalizer.handle_chinese_chars" +
                follows);
  EXPECT_EQ(Contradiction(R"({"unk_token":"a"})"),
            ": tokenizer_config.json: unk_token: found \"a\"; expected \"[UNK]\", as "
            "model.unk_token of tokenizer.json");
  const std::string added =
      "; expected one of the added_tokens of tokenizer.json (transformers finds it in a text, "
      "tokenizers does not)";
  EXPECT_EQ(Contradiction(R"({"mask_token":"b"})"),
            ": tokenizer_config.json: mask_token: found added token \"b\"" + added);
  EXPECT_EQ(Contradiction(R"({"added_tokens_decoder":{"3":{"content":"b"}}})"),
            ": tokenizer_config.json: added_tokens_decoder.3: found added token \"b\"" + added);
  EXPECT_EQ(
      Contradiction(R"({"additional_special_tokens":["b"]})", "special_tokens_map.json"),
      ": special_tokens_map.json: additional_special_tokens[0]: found added token \"b\"" + added);
  EXPECT_EQ(Contradiction(R"({"b":3})", "added_tokens.json"),
            ": added_tokens.json: b: found added token \"b\"" + added);
  EXPECT_EQ(
      Contradiction(R"({"[MASK]":3})", "added_tokens.json"),
      ": added_tokens.json: [MASK]: found added token \"[MASK]\" with id 3; expected id 1, as "
      "in tokenizer.json");
}

TEST(TokenizerClass, FilesThatAgreeOrDoNotCountAreRead) {
  for (
      const std::string config :
      {R"({"do_lower_case":true,"strip_accents":null,"tokenize_chinese_chars":true})",
       R"({"mask_token":"[MASK]","unk_token":null,"never_split":["a"],"do_basic_tokenize":false})",
       R"({"added_tokens_decoder":{"1":{"content":"[MASK]"}},"sep_token":null})",
       R"({"tokenizer_class":"PreTrainedTokenizerFast","do_lower_case":false,"unk_token":"[MASK]"})"}) {
    const TemporaryFolder folder;
    TokenizerJson json;
    json.added_tokens = kMaskAsAddedToken;
    folder.Write(kJson, json.Text());
    folder.Write(kConfig, config);
    EXPECT_EQ(Encode(Tokenizer::Load(folder.path()), "A[MASK]").size(), 2U) << config;
  }
}

}  // namespace
}  // namespace zipflens
