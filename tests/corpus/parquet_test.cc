// Documents read from Parquet: types, row groups, records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/base/temporary_folder.h"
#include "tests/corpus/documents.h"
#include "tests/corpus/parquet_files.h"

namespace zipflens {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

const OptionalTexts kTexts = {"first", "", "caf\xC3\xA9 \xF0\x9F\x98\x80", "first",
                              "a text longer than the twelve bytes that a view holds inline"};

std::vector<std::shared_ptr<arrow::DataType>> TextTypes() {
  const std::vector<std::shared_ptr<arrow::DataType>> plain = {arrow::utf8(), arrow::large_utf8(),
                                                               arrow::utf8_view()};
  auto types = plain;
  // Arrow cannot write a dictionary of views to Parquet.
  types.push_back(arrow::dictionary(arrow::int8(), arrow::utf8()));
  types.push_back(arrow::dictionary(arrow::int8(), arrow::large_utf8()));
  return types;
}

TEST(Parquet, ReadsEveryTextType) {
  const TemporaryFolder folder;
  for (const auto& type : TextTypes()) {
    SCOPED_TRACE(type->ToString());
    const auto path = folder / "corpus.parquet";
    WriteParquet(path, {{"title", TextArray(type, kTexts)}, {"text", TextArray(type, kTexts)}},
                 /*rows_in_group=*/2);
    const std::vector<Document> documents = ReadAll({path.string()});
    ASSERT_EQ(documents.size(), kTexts.size());
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
      EXPECT_EQ(documents[i].index, i);
      EXPECT_EQ(documents[i].text, *kTexts[i]);
      EXPECT_EQ(documents[i].title, *kTexts[i]);
    }
  }
}

TEST(Parquet, KnowsRowsColumnsAndBytesBeforehand) {
  const TemporaryFolder folder;
  const auto path = folder / "corpus.parquet";
  WriteParquet(
      path, {{"id", IntegerArray({7, 8, 9})}, {"text", TextArray(arrow::utf8(), {"a", "b", "c"})}});
  const auto reader = OpenCorpus({path.string()}, {});
  EXPECT_EQ(reader->info().format, "parquet");
  EXPECT_EQ(reader->info().num_rows, 3U);
  EXPECT_THAT(reader->info().columns, ElementsAre("id", "text"));
  EXPECT_EQ(reader->info().num_bytes, std::filesystem::file_size(path));
  EXPECT_THAT(reader->info().files, ElementsAre(path));
}

TEST(Parquet, ReadsManyBatchesAndRowGroupsInOrder) {
  const TemporaryFolder folder;
  OptionalTexts texts;
  for (int i = 0; i < 1000; ++i) texts.push_back("document " + std::to_string(i));
  for (const std::int64_t rows_in_group : {1, 63, 64, 65, 128, 333, 1000}) {
    const auto path = folder / "corpus.parquet";
    WriteParquet(path, {{"text", TextArray(arrow::utf8(), texts)}}, rows_in_group);
    const std::vector<Document> documents = ReadAll({path.string()});
    ASSERT_EQ(documents.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      ASSERT_EQ(documents[i].text, *texts[i]) << rows_in_group << " rows a group";
      ASSERT_EQ(documents[i].index, i);
    }
  }
}

// Row ranges, which read no titles here, must give the same texts and report as Next() with titles.
TEST(Parquet, RowRangesGiveTheTextsOfRecordBatches) {
  const TemporaryFolder folder;
  std::mt19937 generator(7);
  for (int round = 0; round < 40; ++round) {
    const auto types = TextTypes();
    const auto& type = types[generator() % types.size()];
    // For other types, Arrow refuses the whole file.
    const bool may_be_invalid = type->id() == arrow::Type::STRING;
    OptionalTexts texts(1 + generator() % 700);
    for (std::optional<std::string>& text : texts) {
      const auto kind = generator() % 8;
      if (kind == 0) continue;  // null
      text = kind == 1 ? "" : std::string(generator() % 40, static_cast<char>('a' + kind));
      if (kind == 2 && may_be_invalid) *text += "\xC3";  // not UTF-8
      if (kind == 3) text->append(generator() % 300'000, 'x');
    }
    if (type->id() == arrow::Type::DICTIONARY) {
      for (auto& text : texts)
        text = text && text->size() < 5 ? text : std::optional<std::string>();
    }
    const auto path = folder / "corpus.parquet";
    WriteParquet(path,
                 {{"title", TextArray(arrow::utf8(), OptionalTexts(texts.size(), "t"))},
                  {"text", TextArray(type, texts)}},
                 /*rows_in_group=*/static_cast<std::int64_t>(1 + generator() % 300));
    CorpusOptions options = {.skip_bad_lines = true, .invalid_utf8 = InvalidUtf8Text::kStop};
    if (round % 2 == 1) options.invalid_utf8 = InvalidUtf8Text::kReplace;
    const auto reader = OpenCorpus({path.string()}, options);
    std::vector<std::string> expected;
    while (const auto document = reader->Next()) expected.push_back(document->text);
    options.title_column.clear();
    CorpusReport report;
    ASSERT_EQ(TextsOfRowRanges({path.string()}, options, &report), expected) << "round " << round;
    EXPECT_EQ(report.num_bad_lines, reader->report().num_bad_lines);
    EXPECT_EQ(report.first_bad_line, reader->report().first_bad_line);
    EXPECT_EQ(report.num_replacements, reader->report().num_replacements);
  }
}

// A row range may begin and end within a row group.
TEST(Parquet, RowRangesOfASplit) {
  const TemporaryFolder folder;
  OptionalTexts texts;
  for (int i = 0; i < 1000; ++i) {
    texts.push_back(i % 7 == 0 ? std::optional<std::string>() : "document " + std::to_string(i));
  }
  const auto path = folder / "train-00000-of-00001.parquet";
  for (const std::int64_t rows_in_group : {50, 333, 1000}) {
    WriteParquet(path, {{"text", TextArray(arrow::utf8(), texts)}}, rows_in_group);
    for (const auto& [begin, end] :
         {std::pair(0, 1000), {1, 999}, {64, 128}, {49, 51}, {70, 700}}) {
      std::vector<std::string> expected;
      for (int i = begin; i < end; ++i) {
        if (i % 7 != 0) expected.push_back("document " + std::to_string(i));
      }
      const std::string split = folder.path().string() + ":train[" + std::to_string(begin) + ":" +
                                std::to_string(end) + "]";
      EXPECT_EQ(TextsOfRowRanges({split}, {.skip_bad_lines = true}), expected) << split;
    }
  }
}

TEST(Parquet, HoldsAFewRowsOfAHugeRowGroup) {
  const TemporaryFolder folder;
  const auto path = folder / "corpus.parquet";
  {
    OptionalTexts texts;
    for (int i = 0; i < 600; ++i) {
      // Each text has 100 kB. All differ, so that no dictionary page makes the file small.
      texts.push_back(std::to_string(i) + std::string(100'000, static_cast<char>('a' + i % 26)));
    }
    WriteParquet(path, {{"text", TextArray(arrow::utf8(), texts)}}, /*rows_in_group=*/600);
  }
  arrow::MemoryPool* const pool = arrow::default_memory_pool();
  const auto reader = OpenCorpus({path.string()}, {});
  std::int64_t most_bytes = 0;
  std::size_t num_rows = 0;
  while (reader->Next()) {
    ++num_rows;
    most_bytes = std::max(most_bytes, pool->bytes_allocated());
  }
  EXPECT_EQ(num_rows, 600U);
  // 64 rows take 6.4 MB, and up to twice that in Arrow's buffers. The row group has 60 MB.
  EXPECT_LT(most_bytes, 25'000'000);
  EXPECT_EQ(pool->bytes_allocated(), 0);
}

TEST(Parquet, TakesColumnsByName) {
  const TemporaryFolder folder;
  const auto path = folder / "corpus.parquet";
  WriteParquet(path, {{"body", TextArray(arrow::utf8(), {"b0", "b1"})},
                      {"number", IntegerArray({41, 42})},
                      {"text", TextArray(arrow::utf8(), {"t0", "t1"})}});
  const auto documents =
      ReadAll({path.string()}, {.text_column = "body", .title_column = "number"});
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(documents[1].text, "b1");
  EXPECT_EQ(documents[1].title, "42");
}

TEST(Parquet, OneColumnMayBeTextAndTitle) {
  const TemporaryFolder folder;
  const auto path = folder / "corpus.parquet";
  WriteParquet(path, {{"text", TextArray(arrow::utf8(), {"both"})}});
  const auto documents = ReadAll({path.string()}, {.title_column = "text"});
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(documents[0].text, "both");
  EXPECT_EQ(documents[0].title, "both");
}

TEST(Parquet, NeedsNoTitle) {
  const TemporaryFolder folder;
  const auto path = folder / "corpus.parquet";
  WriteParquet(path, {{"text", TextArray(arrow::utf8(), {"a"})}});
  EXPECT_EQ(ReadAll({path.string()}).front().title, "");
  WriteParquet(path, {{"text", TextArray(arrow::utf8(), {"a", "b"})},
                      {"title", TextArray(arrow::utf8(), {std::nullopt, "B"})}});
  EXPECT_EQ(ReadAll({path.string()})[0].title, "");
  EXPECT_EQ(ReadAll({path.string()})[1].title, "B");
}

TEST(Parquet, SeveralFilesAreOneCorpus) {
  const TemporaryFolder folder;
  WriteParquet(folder / "b.parquet", {{"text", TextArray(arrow::utf8(), {"b0", "b1"})}});
  WriteParquet(folder / "a.parquet", {{"text", TextArray(arrow::large_utf8(), {"a0"})}});
  WriteParquet(folder / "c.parquet", {{"text", TextArray(arrow::utf8(), {})}});
  const auto reader = OpenCorpus({folder.path().string()}, {});
  EXPECT_EQ(reader->info().num_rows, 3U);
  EXPECT_EQ(reader->Next()->text, "a0");
  EXPECT_EQ(reader->Next()->text, "b0");
  const std::optional<Document> last = reader->Next();
  EXPECT_EQ(last->text, "b1");
  EXPECT_EQ(last->index, 2U);
  EXPECT_FALSE(reader->Next());
  EXPECT_FALSE(reader->Next());
  EXPECT_THAT(reader->Record(2), ElementsAre(Pair("text", "b1")));
}

TEST(Parquet, ShowsOneWholeRecord) {
  const TemporaryFolder folder;
  const auto path = folder / "corpus.parquet";
  OptionalTexts texts;
  std::vector<std::int64_t> numbers;
  for (int i = 0; i < 300; ++i) {
    texts.push_back("text " + std::to_string(i));
    numbers.push_back(i);
  }
  OptionalTexts payload(300, "\x01\x02\x03");
  payload[250] = std::nullopt;
  WriteParquet(path,
               {{"number", IntegerArray(numbers)},
                {"text", TextArray(arrow::utf8(), texts)},
                {"payload", TextArray(arrow::binary(), payload)}},
               /*rows_in_group=*/120);
  const auto reader = OpenCorpus({path.string()}, {});
  EXPECT_THAT(reader->Record(0), ElementsAre(Pair("number", "0"), Pair("text", "text 0"),
                                             Pair("payload", "(3 bytes)")));
  EXPECT_THAT(reader->Record(250), ElementsAre(Pair("number", "250"), Pair("text", "text 250"),
                                               Pair("payload", "null")));
  EXPECT_EQ(reader->Record(299).front().second, "299");
  EXPECT_THAT(MessageOf([&] { reader->Record(300); }), HasSubstr("row 300"));
  EXPECT_EQ(reader->Next()->index, 0U) << "showing a record must not move the reader";
}

}  // namespace
}  // namespace zipflens
