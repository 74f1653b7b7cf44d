#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/base/temporary_folder.h"
#include "tests/corpus/compressed_files.h"
#include "tests/corpus/documents.h"

namespace zipflens {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

class Jsonl : public ::testing::Test {
 protected:
  std::vector<std::string> Texts(std::string_view content, const CorpusOptions& options = {}) {
    return TextsOf({folder_.Write("corpus.jsonl", content).string()}, options);
  }
  // Returns the message without the file's name, with which it must begin.
  std::string Message(std::string_view content, const CorpusOptions& options = {}) {
    const std::string start = (folder_ / "corpus.jsonl").string() + ": ";
    const std::string message = MessageOf([&] { Texts(content, options); });
    EXPECT_THAT(message, StartsWith(start));
    return message.substr(std::min(start.size(), message.size()));
  }

  TemporaryFolder folder_;
};

TEST_F(Jsonl, ReadsAnObjectALine) {
  EXPECT_THAT(Texts("{\"text\": \"one\"}\n{\"id\": 7, \"text\": \"two\"}\r\n{\"text\":\"\"}"),
              ElementsAre("one", "two", ""));
}

TEST_F(Jsonl, PassesOverBlankLines) {
  EXPECT_THAT(Texts("\n{\"text\": \"one\"}\n \t\n\r\n{\"text\": \"two\"}\n\n"),
              ElementsAre("one", "two"));
}

TEST_F(Jsonl, DecodesEscapes) {
  EXPECT_THAT(Texts(R"({"text": "a\n\"\\\/\u00e9\ud83d\ude00\u0000b"})"),
              ElementsAre(std::string("a\n\"\\/\xC3\xA9\xF0\x9F\x98\x80\0b", 13)));
}

TEST_F(Jsonl, TakesFieldsByName) {
  const auto path =
      folder_.Write("corpus.jsonl",
                    "{\"body\": \"b0\", \"name\": \"n0\"}\n{\"body\": \"b1\", \"name\": 5}\n"
                    "{\"body\": \"b2\", \"name\": null}\n{\"body\": \"b3\"}\n");
  const auto documents = ReadAll({path.string()}, {.text_column = "body", .title_column = "name"});
  ASSERT_EQ(documents.size(), 4U);
  EXPECT_EQ(documents[0].title, "n0");
  EXPECT_EQ(documents[1].title, "5");
  EXPECT_EQ(documents[2].title, "");
  EXPECT_EQ(documents[3].title, "");
  EXPECT_EQ(documents[3].text, "b3");
  EXPECT_EQ(documents[3].index, 3U);
}

TEST_F(Jsonl, ReadsCompressedFilesAndShowsRecords) {
  const std::string content = "{\"title\": \"A\", \"text\": \"one\", \"tags\": [1, \"x\"]}\n";
  folder_.Write("corpus/a.jsonl.gz", Gzip(content));
  folder_.Write("corpus/b.jsonl.zst", Zstd(content + "\n{\"text\": \"two\", \"n\": null}\n"));
  folder_.Write("corpus/c.ndjson", content);
  const auto reader = OpenCorpus({(folder_ / "corpus").string()}, {});
  EXPECT_EQ(reader->info().format, "jsonl");
  EXPECT_FALSE(reader->info().num_rows);
  EXPECT_THAT(reader->info().columns, ElementsAre("title", "text", "tags"));
  EXPECT_THAT(reader->Record(2), ElementsAre(Pair("text", "two"), Pair("n", "null")));
  EXPECT_THAT(reader->Record(3),
              ElementsAre(Pair("title", "A"), Pair("text", "one"), Pair("tags", "[1,\"x\"]")));
  EXPECT_THAT(MessageOf([&] { reader->Record(4); }), HasSubstr("row 4"));
  EXPECT_EQ(TextsOf({(folder_ / "corpus").string()}),
            (std::vector<std::string>{"one", "one", "two", "one"}));
}

TEST_F(Jsonl, BadJsonNamesLineAndByte) {
  EXPECT_THAT(Message("{\"text\": \"one\"}\n\n{\"text\": \"two\"\n"),
              StartsWith("line 3, byte 14: found syntax error while parsing object"));
  EXPECT_THAT(Message("{\"text\": \"one\"} extra\n"), StartsWith("line 1, byte 16: found"));
  EXPECT_THAT(Message("{\"text\": \"cut of"), StartsWith("line 1, byte 16: found"));
}

TEST_F(Jsonl, RefusesLoneSurrogates) {
  for (const char* text :
       {R"({"text": "\ud83d"})", R"({"text": "\ude00 x"})", R"({"text": "\ud83d\u0041"})"}) {
    EXPECT_THAT(Message(text), AllOf(StartsWith("line 1, byte"), HasSubstr("surrogate"))) << text;
  }
}

TEST_F(Jsonl, RefusesBytesThatAreNotUtf8) {
  EXPECT_EQ(Message("{\"text\": \"ok\"}\n{\"text\": \"\xC0\xAF\"}\n"),
            "line 2, byte 10: found byte 0xC0, which is not UTF-8; expected UTF-8 text (or "
            "`invalid_utf8` = replace)");
}

TEST_F(Jsonl, RefusesWhatIsNoObjectWithAText) {
  const std::string expected = "; expected a JSON object with a string in the field \"text\"";
  EXPECT_EQ(Message("[1, 2]\n"), "line 1: found a JSON array" + expected);
  EXPECT_EQ(Message("{\"text\": \"a\"}\n\"b\"\n"), "line 2: found a JSON string" + expected);
  EXPECT_EQ(Message("{\"id\": 1, \"body\": \"b\"}\n"),
            "line 1: found no field \"text\" among: id, body" + expected);
  EXPECT_EQ(Message("{\"text\": null}\n"), "line 1, field text: found null" + expected);
  EXPECT_EQ(Message("{\"text\": 5}\n"), "line 1, field text: found a JSON number" + expected);
}

TEST_F(Jsonl, AnObjectWithoutFieldsIsABadLine) {
  EXPECT_THAT(Message("{}\n{\"text\": \"one\"}\n"), StartsWith("line 1: found an object without"));
  EXPECT_THAT(Texts("{}\n{\"text\": \"one\"}\n", {.skip_bad_lines = true}), ElementsAre("one"));
}

TEST_F(Jsonl, ALineThatIsTooLongIsBad) {
  const std::string lines = "{\"text\": \"one\"}\n{\"text\": \"" + std::string(90, 'x') + "\"}\n" +
                            std::string(200, ' ') + "\n{\"text\": \"two\"}\n";
  EXPECT_EQ(Message(lines, {.max_document_bytes = 100}),
            "line 2: found a line of more than 100 bytes; expected a shorter document (or "
            "--max-document, up to 1000000000)");
  EXPECT_THAT(Texts(lines, {.skip_bad_lines = true, .max_document_bytes = 100}),
              ElementsAre("one", "two"));
  EXPECT_EQ(Texts(lines, {.max_document_bytes = 200}).size(), 3U);
}

TEST_F(Jsonl, MessagesShowLittleOfALongLine) {
  const std::string field(1'000'000, 'f');
  EXPECT_LT(Message("{\"" + field + "\": 1}\n").size(), 400U);
  EXPECT_LT(Message("{\"" + field + "\" 1}\n").size(), 400U);
  std::string many = "{";
  for (int i = 0; i < 100'000; ++i) many += "\"f" + std::to_string(i) + "\":1,";
  const std::string message = Message(many + "\"g\":1}\n");
  EXPECT_LT(message.size(), 500U);
  EXPECT_THAT(message, HasSubstr("f39 and 99961 more"));
}

TEST_F(Jsonl, RefusesAnEmptyFileAndOneOfBlankLines) {
  EXPECT_THAT(Message(""), StartsWith("found an empty file"));
  EXPECT_EQ(Message("\n \n"), "found no document; expected at least one document");
}

TEST_F(Jsonl, RefusesNestingThatNoDocumentHas) {
  const auto nested = [](int depth) {
    return "{\"text\": \"a\", \"x\": " + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}";
  };
  EXPECT_THAT(Texts(nested(255)), ElementsAre("a"));
  for (const int depth : {256, 100'000}) {
    EXPECT_THAT(Message(nested(depth)), StartsWith("line 1: found nesting deeper than 256 levels"));
  }
  EXPECT_THAT(Message("{\"text\": " + std::string(1'000'000, '[')),
              HasSubstr("nesting deeper than 256"));
}

}  // namespace
}  // namespace zipflens
