// ReadCountFile: CSV and JSON Lines as written by spreadsheets, data frames and by hand.
#include "zipflens/counting/count_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/base/temporary_folder.h"

namespace zipflens {
namespace {

using std::string_literals::operator""s;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// Ids 0 to 6; special tokens follow.
constexpr const char* kVocabulary = "[UNK]\na\n,\n\"\n;\nNA\n1\n";

class CountReader : public testing::Test {
 protected:
  CountReader() : tokenizer_(Load()) {}

  std::vector<std::uint64_t> Counts(const std::string& name, const std::string& text) {
    auto counts = ReadCountFile(folder_.Write(name, text), tokenizer_).counts.counts;
    counts.resize(7);
    return counts;
  }

  // Returns the message without the folder's path.
  std::string ErrorOf(const std::string& name, const std::string& text) {
    const auto path = folder_.Write(name, text);
    const std::string message = MessageOf([&] { ReadCountFile(path, tokenizer_); });
    EXPECT_THAT(message, StartsWith(path.string() + ": "));
    return message.substr(std::min(message.size(), path.string().size() + 2));
  }

  std::string CsvError(const std::string& text) { return ErrorOf("a.csv", text); }

 private:
  Tokenizer Load() {
    folder_.Write("vocab.txt", kVocabulary);
    folder_.Write("tokenizer_config.json", "{}");
    return Tokenizer::Load(folder_.path());
  }

  TemporaryFolder folder_;
  Tokenizer tokenizer_;
};

using Numbers = std::vector<std::uint64_t>;

TEST_F(CountReader, EveryDialectOfCsvIsTheSame) {
  const Numbers expected = {0, 5, 0, 7, 0, 0, 9};
  for (const char* text : {
           "id,count\n1,5\n3,7\n6,9\n",                                  // plain
           "id,count\n1,5\n3,7\n6,9",                                    // no last line end
           "\xEF\xBB\xBFid,count\r\n1,5\r\n3,7\r\n6,9\r\n",              // Excel's "CSV UTF-8"
           "\xEF\xBB\xBFid;count\r\n1;5\r\n3;7\r\n6;9\r\n",              // a German Excel's
           "sep=;\r\nid;count\r\n1;5\r\n3;7\r\n6;9\r\n",                 // for Excel
           "id\tcount\n1\t5\n3\t7\n6\t9\n",                              // tabs
           "\"id\",\"count\"\n\"1\",\"5\"\n\"3\",\"7\"\n\"6\",\"9\"\n",  // all in quotes
           "id,count\r1,5\r3,7\r6,9\r",                                  // old Macs
           "\n\nid,count\n\n1,5\n   \n3,7\n,\n6,9\n\n",                  // empty lines and rows
           "count,n,id\n5,x,1\n7,\"a\nb\",3\n9,,6\n",                    // another order
           "id,count\n1,5.0\n3,7.00\n6,9\n",                             // from data frames
           "id;count\n1;5,0\n3;7,00\n6;9\n",                             // with decimal commas
           "id, count\n 1, 5\n 3, 7\n 6, 9\n",                           // written by hand
           "id,count,\n1,5,\n3,7,\n6,9,\n",                              // a column without name
       }) {
    EXPECT_EQ(Counts("a.csv", text), expected) << text;
  }
}

TEST_F(CountReader, TokensOfCsvAreTextWhateverTheyLookLike) {
  const Numbers expected = {0, 1, 2, 3, 4, 5, 6};
  EXPECT_EQ(
      Counts("a.csv", "id,token,count\n1,a,1\n2,\",\",2\n3,\"\"\"\",3\n4,;,4\n5,NA,5\n6,1,6\n"),
      expected);
  EXPECT_EQ(
      Counts("a.csv", "id;token;count\n1;a;1\n2;,;2\n3;\"\"\"\";3\n4;\";\";4\n5;NA;5\n6;1;6\n"),
      expected);
}

TEST_F(CountReader, ErrorsOfCsvNameLineColumnFoundAndExpected) {
  EXPECT_EQ(
      CsvError("id,count\n1,5\n\n3,1.5\n"),
      "line 4, column count: found count \"1.5\"; expected a whole number, without separators "
      "of thousands or an exponent");
  EXPECT_THAT(CsvError("id;count\n1;1.234\n"),
              HasSubstr("line 2, column count: found count \"1.234\""));
  EXPECT_THAT(CsvError("id;count\n1;1,234\n"), HasSubstr("found count \"1,234\""));
  EXPECT_THAT(CsvError("id,count\n1,1E+05\n"), HasSubstr("found count \"1E+05\""));
  EXPECT_THAT(CsvError("id,count\n1,\n"), HasSubstr("found count \"\""));
  EXPECT_THAT(CsvError("id,count\nx,1\n"), HasSubstr("line 2, column id: found id \"x\""));
  EXPECT_THAT(CsvError("id,count\n1,9223372036854775808\n"), EndsWith("a whole number below 2^63"));
  EXPECT_EQ(CsvError("id,count\n1,5\n2\n"), "line 3: found 1 fields; expected 2, as in the header");
  EXPECT_EQ(CsvError("id,count\n1,5\n2,3,4\n"),
            "line 3: found 3 fields; expected 2, as in the header");
  EXPECT_THAT(CsvError("id,token,count\n1,\"x\ny\n\",5\n"), HasSubstr("line 2"));
  // Line numbers include a line end within quotes and an empty line.
  EXPECT_THAT(CsvError("id,n,count\n1,\"x\r\ny\",5\n\n2,,x\n"), HasSubstr("line 5, column count"));
  EXPECT_THAT(CsvError("id,count,count\n1,5,5\n"),
              HasSubstr("line 1: found the column count twice"));
  EXPECT_EQ(CsvError("id,n\n1,5\n"),
            "line 1: found columns id, n; expected a header line with the columns id and count");
  EXPECT_THAT(CsvError(""), HasSubstr("found no line of text; expected a header line"));
  EXPECT_THAT(CsvError("id,count\n1,\"5\n2,6\n"),
              HasSubstr("found"));  // a quote that is not closed
}

TEST_F(CountReader, OtherEncodingsAreRefusedByName) {
  EXPECT_THAT(CsvError("\xFF\xFEi\0d\0"s), HasSubstr("UTF-16 (little-endian), not UTF-8"));
  EXPECT_THAT(ErrorOf("a.jsonl", "\xFF\xFE{\0"s), HasSubstr("UTF-16 (little-endian), not UTF-8"));
  EXPECT_THAT(CsvError("id,count,n\n1,5,caf\xE9\n"), HasSubstr("line 2, byte 7: found byte 0xE9"));
  EXPECT_THAT(CsvError("id,\x1B[31mcount\n1,5\n"),
              HasSubstr("columns id, \\x1b[31mcount; expected"));
}

TEST_F(CountReader, JsonLines) {
  EXPECT_EQ(Counts("a.jsonl", "\xEF\xBB\xBF{\"id\":1,\"count\":5}\r\n\n{\"id\":3.0,\"count\":7.0}"),
            (Numbers{0, 5, 0, 7, 0, 0, 0}));
  const auto error = [this](const std::string& text) { return ErrorOf("a.jsonl", text); };
  EXPECT_THAT(
      error("{\"id\":1,\"count\":18446744073709551615}\n"),
      HasSubstr("line 1, field count: found 18446744073709551615; expected a whole number"));
  EXPECT_THAT(error("{\"id\":1,\"count\":1e300}\n"), HasSubstr("found 1e+300"));
  EXPECT_THAT(error("{\"id\":1,\"count\":1e400}\n"), HasSubstr("line 1: found no JSON object"));
  EXPECT_THAT(error("{\"id\":1,\"count\":" + std::string(100'000, '[') + "\n"),
              HasSubstr("no JSON object (nesting deeper than 256 levels)"));
  EXPECT_THAT(error("{\"id\":1,\"count\":\"a\\u001b[2J\"}\n"), HasSubstr("\\u001b[2J"));
}

}  // namespace
}  // namespace zipflens
