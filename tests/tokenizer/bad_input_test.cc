// Bad tokenizer files. Each test checks the whole message that a user sees, without the folder's
// name.
#include "tests/tokenizer/model_folder.h"

namespace zipflens {
namespace {

std::string ErrorOf(const TokenizerJson& json) {
  const TemporaryFolder folder;
  folder.Write("tokenizer.json", json.Text());
  return LoadingError(folder);
}

std::string ErrorOfText(const std::string& text) {
  const TemporaryFolder folder;
  folder.Write("tokenizer.json", text);
  return LoadingError(folder);
}

std::string ErrorOfVocab(const std::string& entries, const std::string& config = "{}") {
  const TemporaryFolder folder;
  folder.Write("vocab.txt", entries);
  folder.Write("tokenizer_config.json", config);
  return LoadingError(folder);
}

TEST(BadTokenizer, FolderWithoutOne) {
  const TemporaryFolder folder;
  EXPECT_EQ(LoadingError(folder),
            ": found no tokenizer; expected tokenizer.json or vocab.txt in the folder");
}

TEST(BadTokenizer, NoFolderOrAFile) {
  const TemporaryFolder folder;
  const auto file = folder.Write("vocab.txt", "a\n");
  EXPECT_EQ(MessageOf([&] { Tokenizer::Load(file); }),
            file.string() + ": found a file; expected a model folder");
  EXPECT_EQ(MessageOf([&] { Tokenizer::Load(folder / "none"); }),
            (folder / "none").string() + ": found nothing; expected a model folder");
}

TEST(BadTokenizer, MalformedJson) {
  EXPECT_EQ(ErrorOfText("{\"model\": [1,"),
            "tokenizer.json: byte 13: found malformed JSON; expected a JSON object");
  EXPECT_EQ(ErrorOfText(""), "tokenizer.json: byte 0: found nothing; expected a JSON object");
  EXPECT_EQ(ErrorOfText("[]"), "tokenizer.json: found an array; expected an object");
  EXPECT_EQ(ErrorOfText("{}"),
            "tokenizer.json: pre_tokenizer: found no such field; expected a value");
  EXPECT_EQ(ErrorOfText("\xEF\xBB\xBF{}"),
            "tokenizer.json: byte 0: found a byte order mark; expected UTF-8 without one");
}

TEST(BadTokenizer, OtherKinds) {
  TokenizerJson json;
  json.normalizer = R"({"type":"NFC"})";
  EXPECT_EQ(ErrorOf(json),
            R"(tokenizer.json: normalizer.type: found "NFC"; expected "BertNormalizer")");
  json = {};
  json.normalizer = R"({"type":"Sequence","normalizers":[]})";
  EXPECT_EQ(ErrorOf(json),
            R"(tokenizer.json: normalizer.type: found "Sequence"; expected "BertNormalizer")");
  json = {};
  json.pre_tokenizer = "null";
  EXPECT_EQ(ErrorOf(json), "tokenizer.json: pre_tokenizer: found null; expected an object");
  json = {};
  json.pre_tokenizer = R"({"type":"ByteLevel"})";
  EXPECT_EQ(
      ErrorOf(json),
      R"(tokenizer.json: pre_tokenizer.type: found "ByteLevel"; expected "BertPreTokenizer")");
  json = {};
  json.model_options = R"("type":"BPE")";
  EXPECT_EQ(ErrorOf(json), R"(tokenizer.json: model.type: found "BPE"; expected "WordPiece")");
  json.model_options = R"("merges":[])";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: model.merges: found an array; expected no merges, as in a WordPiece "
            "model");
  // The reference would read a WordLevel model, which gives different ids.
  json.model_options = R"("unk_token":"[UNK]","continuing_subword_prefix":"##")";
  EXPECT_EQ(
      ErrorOf(json),
      "tokenizer.json: model.max_input_chars_per_word: found no such field; expected a value");
}

TEST(BadTokenizer, PartsThatChangeNoIds) {
  TokenizerJson json;
  json.parts_without_ids = R"("truncation":{"max_length":1})";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: truncation.stride: found no such field; expected a value");
  json.parts_without_ids = R"("post_processor":{"type":"BertProcessing","sep":["[SEP]",3]})";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: post_processor.cls: found no such field; expected a value");
  // If the template lacks the text, the reference gives no ids.
  json.parts_without_ids = R"("post_processor":{"single":[],"pair":[],"special_tokens":{}})";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: post_processor.single: found an array; expected a template in which "
            "the text A stands once and B does not");
  json.parts_without_ids = R"("decoder":{"type":"Fuse"})";
  EXPECT_EQ(ErrorOf(json), R"(tokenizer.json: decoder.type: found "Fuse"; expected "WordPiece")");
  json.parts_without_ids = R"("comment":"")";
  EXPECT_EQ(ErrorOf(json),
            R"(tokenizer.json: comment: found ""; expected no such field, which tokenizers does )"
            "not read");
}

TEST(BadTokenizer, LongEntries) {
  TokenizerJson json;
  const std::string longest(1024, 'x');
  json.vocab = R"({"[UNK]":0,")" + longest + R"(":1})";
  EXPECT_EQ(LoadJson(json).vocab_size(), 2U);
  json.vocab = R"({"[UNK]":0,"x)" + longest + R"(":1})";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: vocabulary entry with id 1: found 1025 bytes; expected 1024 at most");
  EXPECT_EQ(ErrorOfVocab(kSpecials + longest + "x\n"),
            "vocab.txt: vocabulary entry with id 5: found 1025 bytes; expected 1024 at most");
  json = {};
  json.added_tokens = R"([{"id":6,"content":"x)" + longest +
                      R"(","special":true,"single_word":false,"lstrip":false,"rstrip":false,)"
                      R"("normalized":true}])";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: added token with id 6: found 1025 bytes; expected 1024 at most");
}

TEST(BadTokenizer, FieldOfAnotherType) {
  TokenizerJson json;
  json.normalizer = R"({"type":"BertNormalizer","clean_text":1})";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: normalizer.clean_text: found 1; expected true or false");
  json = {};
  json.vocab = R"({"[UNK]":"0"})";
  EXPECT_EQ(ErrorOf(json),
            R"(tokenizer.json: model.vocab.[UNK]: found "0"; expected a whole number, 0 or more)");
  json.vocab = R"([["[UNK]",0]])";
  EXPECT_EQ(
      ErrorOf(json),
      R"(tokenizer.json: model.vocab: found [["[UNK]",0]]; expected an object of ids by entry)");
  json = {};
  json.added_tokens = "{}";
  EXPECT_EQ(ErrorOf(json), "tokenizer.json: added_tokens: found an object; expected an array");
  json.added_tokens = R"([{"id":1,"content":"[MASK]"}])";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: added_tokens[0].special: found no such field; expected a value");
}

TEST(BadTokenizer, IdsWithGapsOrTwice) {
  TokenizerJson json;
  json.vocab = R"({"[UNK]":0,"a":2})";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: model.vocab.a: found 2; expected ids 0 to 1, each once");
  json.vocab = R"({"[UNK]":0,"a":1,"b":1})";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: model.vocab.b: found id 1, which \"a\" has already; "
            "expected ids 0 to 2, each once");
  json.vocab = "{}";
  EXPECT_EQ(ErrorOf(json), "tokenizer.json: model.vocab: found no entries; expected a vocabulary");
}

TEST(BadTokenizer, NoUnknownToken) {
  TokenizerJson json;
  json.vocab = R"({"a":0})";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: model.unk_token: found no unknown token \"[UNK]\" in the vocabulary; "
            "expected an entry for words that cannot be spelt");
  EXPECT_EQ(ErrorOfVocab("a\n"),
            "vocab.txt: default of unk_token: found no unknown token \"[UNK]\" in the vocabulary; "
            "expected an entry for words that cannot be spelt");
  EXPECT_EQ(ErrorOfVocab(kSpecials, R"({"unk_token":"<unk>"})"),
            "vocab.txt: tokenizer_config.json: unk_token: found no unknown token \"<unk>\" in the "
            "vocabulary; expected an entry for words that cannot be spelt");
}

TEST(BadTokenizer, AddedTokens) {
  const std::string flags =
      R"(,"special":true,"single_word":false,"lstrip":false,"rstrip":false,"normalized":true})";
  TokenizerJson json;
  json.added_tokens = R"([{"id":9,"content":"x")" + flags + "]";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: added_tokens[0]: found id 9 for added token \"x\"; expected id 6, "
            "the next one free");
  json.added_tokens = R"([{"id":1,"content":"a")" + flags + "]";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: added_tokens[0]: found id 1 for added token \"a\"; expected id 2, as "
            "in the vocabulary");
  json.added_tokens =
      R"([{"id":2,"content":"a")" + flags + R"(,{"id":2,"content":"a")" + flags + "]";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: added_tokens[1]: found added token \"a\" again, after "
            "added_tokens[0]; expected each added token once");
  json.added_tokens = R"([{"id":6,"content":"")" + flags + "]";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: added_tokens[0]: found an empty added token; expected at least one "
            "character");
  json.added_tokens = R"([{"id":6,"content":"\u00ad")" + flags + "]";
  EXPECT_EQ(ErrorOf(json),
            "tokenizer.json: added token 6: found nothing left of it when normalized; expected at "
            "least one character");
}

TEST(BadTokenizer, VocabTxt) {
  EXPECT_EQ(ErrorOfVocab(""), "vocab.txt: found an empty file; expected an entry a line");
  EXPECT_EQ(ErrorOfVocab(kSpecials + "a\nb\na\n"),
            "vocab.txt: line 8: found \"a\", which is line 6 too; expected each entry once");
  EXPECT_EQ(ErrorOfVocab("[UNK]\n\xff\n"),
            "vocab.txt: byte 6: found a byte that is not UTF-8; expected UTF-8");
}

TEST(BadTokenizer, TokenizerConfig) {
  EXPECT_EQ(ErrorOfVocab(kSpecials, "[]"),
            "tokenizer_config.json: found an array; expected a JSON object");
  EXPECT_EQ(ErrorOfVocab(kSpecials, R"({"do_lower_case":"yes"})"),
            R"(tokenizer_config.json: do_lower_case: found "yes"; expected true or false)");
  EXPECT_EQ(ErrorOfVocab(kSpecials, R"({"unk_token":null})"),
            "tokenizer_config.json: unk_token: found null; expected a string, or an object with a "
            "field \"content\"");
}

}  // namespace
}  // namespace zipflens
