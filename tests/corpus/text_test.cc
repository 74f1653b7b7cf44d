#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/base/temporary_folder.h"
#include "tests/corpus/compressed_files.h"
#include "tests/corpus/documents.h"

namespace zipflens {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(Text, EveryLineIsADocument) {
  const TemporaryFolder folder;
  const auto path = folder.Write("corpus.txt", "one\n\ntwo words\r\n \nlast");
  const auto documents = ReadAll({path.string()});
  ASSERT_EQ(documents.size(), 5U);
  EXPECT_EQ(documents[1].text, "");
  EXPECT_EQ(documents[2].text, "two words");
  EXPECT_EQ(documents[3].text, " ");
  EXPECT_EQ(documents[4].text, "last");
  EXPECT_EQ(documents[4].index, 4U);
  EXPECT_EQ(documents[4].title, "");
}

TEST(Text, ShowsALineAsARecord) {
  const TemporaryFolder folder;
  folder.Write("a.txt", "a0\na1\n");
  folder.Write("b.txt.gz", Gzip("b0\n\n"));
  folder.Write("c.TXT", "c0");
  const auto reader = OpenCorpus({(folder / "[ab]*").string(), (folder / "c.TXT").string()}, {});
  EXPECT_EQ(reader->info().format, "text");
  EXPECT_THAT(reader->info().columns, ElementsAre("text"));
  EXPECT_THAT(reader->Record(2), ElementsAre(Pair("text", "b0")));
  EXPECT_THAT(reader->Record(3), ElementsAre(Pair("text", "")));
  EXPECT_THAT(reader->Record(4), ElementsAre(Pair("text", "c0")));
  EXPECT_THAT(MessageOf([&] { reader->Record(5); }), HasSubstr("row 5"));
}

TEST(Text, NonUtf8NamesLineAndByte) {
  const TemporaryFolder folder;
  const auto path = folder.Write("corpus.txt", "fine\ncaf\xE9 latin-1\n");
  EXPECT_EQ(MessageOf([&] { ReadAll({path.string()}); }),
            path.string() +
                ": line 2, byte 3: found byte 0xE9, which is not UTF-8; expected UTF-8 text (or "
                "`invalid_utf8` = replace)");
}

TEST(Text, RefusesEmptyFiles) {
  const TemporaryFolder folder;
  const auto path = folder.Write("corpus.txt", "");
  EXPECT_EQ(MessageOf([&] { OpenCorpus({path.string()}, {}); }),
            path.string() + ": found an empty file; expected at least one document");
  const auto compressed = folder.Write("corpus.txt.gz", Gzip(""));
  EXPECT_EQ(MessageOf([&] { OpenCorpus({compressed.string()}, {}); }),
            compressed.string() + ": found no document; expected at least one document");
}

}  // namespace
}  // namespace zipflens
