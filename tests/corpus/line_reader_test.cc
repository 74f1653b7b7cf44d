#include "zipflens/corpus/line_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/base/temporary_folder.h"
#include "tests/corpus/compressed_files.h"

namespace zipflens {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<std::string> LinesOf(const std::filesystem::path& path,
                                 std::uint64_t max_line_bytes = 1'000'000) {
  LineReader reader(path, max_line_bytes);
  std::vector<std::string> lines;
  for (std::string_view line; reader.Next(line);) {
    lines.emplace_back(line);
    EXPECT_EQ(reader.line_number(), lines.size());
  }
  return lines;
}

// About 5 MB: many buffers, lines of all lengths, one of them longer than any buffer.
std::vector<std::string> ManyLines() {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < 3000; ++i) {
    lines.push_back(std::to_string(i) + std::string(i % 3000, static_cast<char>('a' + i % 26)));
  }
  lines[1500] = std::string(700'000, 'z');
  return lines;
}

std::string Joined(const std::vector<std::string>& lines, const char* end) {
  std::string text;
  for (const std::string& line : lines) text += line + end;
  return text;
}

TEST(LineReader, EndsLinesAtLfAndCrLf) {
  const TemporaryFolder folder;
  EXPECT_THAT(LinesOf(folder.Write("a", "one\ntwo\r\nthree")), ElementsAre("one", "two", "three"));
  EXPECT_THAT(LinesOf(folder.Write("a", "one\n")), ElementsAre("one"));
  EXPECT_THAT(LinesOf(folder.Write("a", "one\n\n\r\n")), ElementsAre("one", "", ""));
  EXPECT_THAT(LinesOf(folder.Write("a", "\n")), ElementsAre(""));
  EXPECT_THAT(LinesOf(folder.Write("a", "")), ElementsAre());
}

TEST(LineReader, LeavesOtherSeparatorsAlone) {
  const TemporaryFolder folder;
  EXPECT_THAT(LinesOf(folder.Write("a",
                                   "a\rb\xE2\x80\xA8"
                                   "c\r\r\nd\r")),
              ElementsAre("a\rb\xE2\x80\xA8"
                          "c\r",
                          "d\r"));
}

TEST(LineReader, ReadsPlainGzipAndZstandardAlike) {
  const TemporaryFolder folder;
  const std::vector<std::string> lines = ManyLines();
  for (const char* end : {"\n", "\r\n"}) {
    const std::string text = Joined(lines, end);
    EXPECT_EQ(LinesOf(folder.Write("a.txt", text)), lines);
    EXPECT_EQ(LinesOf(folder.Write("a.txt.gz", Gzip(text))), lines);
    EXPECT_EQ(LinesOf(folder.Write("a.txt.zst", Zstd(text))), lines);
  }
}

TEST(LineReader, ReadsSeveralMembersAndFrames) {
  const TemporaryFolder folder;
  EXPECT_THAT(LinesOf(folder.Write("a.gz", Gzip("one\ntw") + Gzip("") + Gzip("o\nthree\n"))),
              ElementsAre("one", "two", "three"));
  EXPECT_THAT(LinesOf(folder.Write("a.gz", Gzip("one\n") + std::string(1024, '\0'))),
              ElementsAre("one"));
  EXPECT_THAT(LinesOf(folder.Write("a.zst", Zstd("one\ntw") + Zstd("") + Zstd("o\nthree\n"))),
              ElementsAre("one", "two", "three"));
}

TEST(LineReader, NoTruncatedStreamPassesForAWholeOne) {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 300; ++i) text += std::to_string(i * 7919) + "\n";
  for (const auto& [name, whole] :
       {std::pair<std::string, std::string>{"a.gz", Gzip(text)}, {"a.zst", Zstd(text)}}) {
    for (std::size_t length = 1; length < whole.size(); ++length) {
      const auto path = folder.Write(name, std::string_view(whole).substr(0, length));
      ASSERT_THAT(MessageOf([&] { LinesOf(path); }),
                  AllOf(StartsWith(path.string()), HasSubstr("truncated")))
          << length << " of " << whole.size();
    }
  }
}

TEST(LineReader, RefusesWhatIsNotCompressedAndWhatIsDamaged) {
  const TemporaryFolder folder;
  EXPECT_THAT(MessageOf([&] { LinesOf(folder.Write("a.gz", "plain text\n")); }),
              AllOf(HasSubstr("incorrect header check"), HasSubstr("a whole gzip file")));
  EXPECT_THAT(MessageOf([&] { LinesOf(folder.Write("a.zst", "plain text\n")); }),
              AllOf(HasSubstr("Unknown frame"), HasSubstr("a whole Zstandard file")));
  std::string damaged = Gzip("some text that is long enough\n");
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);
  EXPECT_THAT(MessageOf([&] { LinesOf(folder.Write("a.gz", damaged)); }),
              HasSubstr("incorrect data check"));
  EXPECT_THAT(MessageOf([&] { LinesOf(folder.Write("a.gz", Gzip("one\n") + "garbage")); }),
              HasSubstr("incorrect header check"));
}

TEST(LineReader, GivesOnlyTheBeginningOfALineThatIsTooLong) {
  const TemporaryFolder folder;
  const std::string longest(700'000, 'x');
  for (const char* end : {"\n", "\r\n"}) {
    const std::string text = Joined({"one", longest, longest + "y", "two", longest + longest}, end);
    for (const auto& path : {folder.Write("a", text), folder.Write("a.gz", Gzip(text))}) {
      LineReader reader(path, longest.size());
      const std::vector<std::pair<std::string, bool>> expected = {
          {"one", false}, {longest, false}, {longest, true}, {"two", false}, {longest, true}};
      std::string_view line;
      for (const auto& [content, is_too_long] : expected) {
        ASSERT_TRUE(reader.Next(line));
        EXPECT_EQ(line, content);
        EXPECT_EQ(reader.is_too_long(), is_too_long);
      }
      EXPECT_FALSE(reader.Next(line));
      EXPECT_EQ(reader.line_number(), 5U);
    }
  }
}

TEST(LineReader, NamesAFileThatCannotBeRead) {
  const TemporaryFolder folder;
  EXPECT_EQ(MessageOf([&] { LineReader(folder / "none.txt", 9); }),
            (folder / "none.txt").string() +
                ": found \"No such file or directory\"; expected a readable file");
  EXPECT_THAT(MessageOf([&] { LineReader(folder.path(), 9); }), HasSubstr("found a folder"));
  EXPECT_THAT(MessageOf([&] { LineReader("/dev/null", 9); }), HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace zipflens
