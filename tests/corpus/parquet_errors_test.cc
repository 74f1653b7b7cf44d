// Bad Parquet files: each one is refused with a message that says where and why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/base/temporary_folder.h"
#include "tests/corpus/documents.h"
#include "tests/corpus/parquet_files.h"

namespace zipflens {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ParquetErrors : public ::testing::Test {
 protected:
  std::string path() const { return (folder_ / "corpus.parquet").string(); }

  std::string MessageOfReading(const CorpusOptions& options = {}) const {
    return MessageOf([&] { ReadAll({path()}, options); });
  }

  TemporaryFolder folder_;
};

TEST_F(ParquetErrors, EmptyFile) {
  folder_.Write("corpus.parquet", "");
  EXPECT_EQ(MessageOfReading(), path() + ": found an empty file; expected at least one document");
}

TEST_F(ParquetErrors, NotParquet) {
  for (const char* content : {"{\"text\": \"json\"}", "P", "PAR"}) {
    folder_.Write("corpus.parquet", content);
    EXPECT_THAT(MessageOfReading(), AllOf(StartsWith(path()), HasSubstr("is not Parquet")));
  }
  folder_.Write("corpus.parquet", "PAREpretend");
  EXPECT_THAT(MessageOfReading(), HasSubstr("an encrypted Parquet file"));
}

TEST_F(ParquetErrors, TruncatedAtEveryLength) {
  WriteParquet(path(), {{"text", TextArray(arrow::utf8(), {"some", "text"})}});
  const std::string whole = ReadBack(path());
  for (std::size_t length = 4; length < whole.size(); ++length) {
    folder_.Write("corpus.parquet", std::string_view(whole).substr(0, length));
    const std::string message = MessageOfReading();
    ASSERT_THAT(message, StartsWith(path())) << length;
    ASSERT_THAT(message, HasSubstr(length == 4 ? "Parquet" : "truncated")) << length;
  }
}

TEST_F(ParquetErrors, CutOutOfTheMiddle) {
  OptionalTexts texts;
  for (int i = 0; i < 500; ++i) texts.push_back(std::to_string(i * 7919));
  WriteParquet(path(), {{"text", TextArray(arrow::utf8(), texts)}}, /*rows_in_group=*/100);
  std::string damaged = ReadBack(path());
  damaged.erase(damaged.size() / 4, 200);
  folder_.Write("corpus.parquet", damaged);
  EXPECT_THAT(MessageOfReading(), StartsWith(path()));
}

TEST_F(ParquetErrors, EveryFlippedByteIsAnErrorOrHarmless) {
  OptionalTexts texts;
  for (int i = 0; i < 20; ++i) texts.push_back("text number " + std::to_string(i * 7919));
  WriteParquet(path(), {{"text", TextArray(arrow::utf8(), texts)}});
  const std::string whole = ReadBack(path());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    folder_.Write("corpus.parquet", damaged);
    for (const bool by_row_ranges : {false, true}) {
      try {
        by_row_ranges ? TextsOfRowRanges({path()}, {}) : TextsOf({path()});
      } catch (const InputError& error) {
        ASSERT_THAT(error.what(), StartsWith(path())) << "byte " << i;
      }
    }
  }
}

TEST_F(ParquetErrors, NoTextColumnListsThoseThereAre) {
  WriteParquet(path(), {{"id", IntegerArray({1})}, {"body", TextArray(arrow::utf8(), {"a"})}});
  EXPECT_EQ(MessageOfReading(), path() +
                                    ": found no column \"text\" among: id, body; expected a "
                                    "column that holds the text");
  EXPECT_THAT(MessageOfReading({.text_column = "Body"}), HasSubstr("no column \"Body\" among"));
}

TEST_F(ParquetErrors, TextColumnTwice) {
  WriteParquet(path(), {{"text", TextArray(arrow::utf8(), {"a"})},
                        {"text", TextArray(arrow::utf8(), {"b"})}});
  EXPECT_THAT(MessageOfReading(), HasSubstr("more than one column \"text\""));
}

TEST_F(ParquetErrors, TextColumnOfAnotherType) {
  WriteParquet(path(), {{"text", IntegerArray({1, 2})}});
  EXPECT_EQ(MessageOfReading(),
            path() +
                ": column text: found the type int64; expected text: string, large_string, "
                "string_view or a dictionary of one of these");
  WriteParquet(path(), {{"text", TextArray(arrow::binary(), {"a"})}});
  EXPECT_THAT(MessageOfReading(), HasSubstr("found the type binary"));
  WriteParquet(path(), {{"text", TextArray(arrow::large_binary(), {"a"})}});
  EXPECT_THAT(MessageOfReading(), HasSubstr("found the type large_binary"));
}

TEST_F(ParquetErrors, NullTextNamesTheRow) {
  OptionalTexts texts(200, "text");
  texts[137] = std::nullopt;
  for (const auto& type : {arrow::utf8(), arrow::large_utf8(), arrow::utf8_view(),
                           arrow::dictionary(arrow::int8(), arrow::utf8())}) {
    WriteParquet(path(), {{"text", TextArray(type, texts)}}, /*rows_in_group=*/70);
    EXPECT_EQ(MessageOfReading(), path() + ": row 137, column text: found null; expected text");
  }
}

TEST_F(ParquetErrors, NonUtf8TextNamesRowAndByte) {
  OptionalTexts texts(100, "fine");
  texts[99] = "bad at \xED\xA0\x80";
  WriteParquet(path(), {{"text", TextArray(arrow::utf8(), texts)}}, /*rows_in_group=*/30);
  EXPECT_EQ(MessageOfReading(), path() +
                                    ": row 99, column text, byte 7: found byte 0xED, which is not "
                                    "UTF-8; expected UTF-8 text (or `invalid_utf8` = replace)");
  WriteParquet(path(), {{"text", TextArray(arrow::utf8(), {"fine"})},
                        {"title", TextArray(arrow::utf8(), {"\xFF"})}});
  EXPECT_THAT(MessageOfReading(), HasSubstr("row 0, column title, byte 0: found byte 0xFF"));
}

TEST_F(ParquetErrors, NoRows) {
  WriteParquet(path(), {{"text", TextArray(arrow::utf8(), {})}});
  EXPECT_EQ(MessageOfReading(), path() + ": found no rows; expected at least one document");
}

TEST_F(ParquetErrors, ALaterFileIsCheckedBeforeTheFirstIsRead) {
  WriteParquet(folder_ / "a.parquet", {{"text", TextArray(arrow::utf8(), {"a"})}});
  WriteParquet(folder_ / "b.parquet", {{"body", TextArray(arrow::utf8(), {"a"})}});
  EXPECT_THAT(MessageOf([&] { OpenCorpus({folder_.path().string()}, {}); }),
              AllOf(HasSubstr("b.parquet"), HasSubstr("no column \"text\"")));
}

}  // namespace
}  // namespace zipflens
