#include "zipflens/corpus/path_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/base/temporary_folder.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<std::string> Names(const TemporaryFolder& folder,
                               const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const fs::path& file : ExpandPaths(paths).files) {
    names.push_back(fs::relative(file, folder.path()).string());
  }
  return names;
}

using NameList = std::vector<std::string>;

TEST(FormatOfFile, GoesByTheEnding) {
  EXPECT_EQ(FormatOfFile("a/b.parquet"), "parquet");
  EXPECT_EQ(FormatOfFile("train-00000-of-00041.PARQUET"), "parquet");
  for (const char* name :
       {"a.jsonl", "a.ndjson", "a.jsonl.gz", "a.jsonl.zst", "a.b.Jsonl", "a.json", "a.JSON.gz"}) {
    EXPECT_EQ(FormatOfFile(name), "jsonl") << name;
  }
  for (const char* name : {"a.txt", "a.txt.gz", "a.txt.zst"}) {
    EXPECT_EQ(FormatOfFile(name), "text") << name;
  }
  for (const char* name : {"a", "a.gz", "a.parquet.gz", "txt", "a.csv", ""}) {
    EXPECT_EQ(FormatOfFile(name), "") << name;
  }
}

TEST(ExpandPaths, KeepsTheOrderOfWhatIsNamed) {
  const TemporaryFolder folder;
  const std::string b = folder.Write("b.txt", "1").string();
  const std::string a = folder.Write("a.txt.gz", "1").string();
  EXPECT_EQ(Names(folder, {b, a}), (NameList{"b.txt", "a.txt.gz"}));
  EXPECT_EQ(ExpandPaths({b, a}).format, "text");
}

TEST(ExpandPaths, SortsGlobsByBytes) {
  const TemporaryFolder folder;
  for (const char* name : {"x/10.txt", "x/B.txt", "x/a.txt", "x/9.txt", "x/.hidden.txt"}) {
    folder.Write(name, "1");
  }
  EXPECT_EQ(Names(folder, {(folder / "x/*.txt").string()}),
            (NameList{"x/10.txt", "x/9.txt", "x/B.txt", "x/a.txt"}));
  EXPECT_EQ(Names(folder, {(folder / "x/[0-9]*.txt").string()}), (NameList{"x/10.txt", "x/9.txt"}));
  EXPECT_EQ(Names(folder, {(folder / "?").string()}).size(), 4U) << "a folder that matches";
}

TEST(ExpandPaths, TakesAFileWithGlobSignsInItsName) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("a[1].txt", "1").string();
  EXPECT_EQ(Names(folder, {path}), (NameList{"a[1].txt"}));
}

TEST(ExpandPaths, ReadsAFolderRecursivelyWithoutHiddenAndOtherFiles) {
  const TemporaryFolder folder;
  for (const char* name :
       {"c/b/1.parquet", "c/a.parquet", "c/b.parquet", "c/README.md", "c/.cache/x.parquet",
        "c/.y.parquet", "c/b/z/0.parquet", "c/data.parquet.lock"}) {
    folder.Write(name, "1");
  }
  fs::create_directory(folder / "c/folder.parquet");
  EXPECT_EQ(Names(folder, {(folder / "c").string()}),
            (NameList{"c/a.parquet", "c/b.parquet", "c/b/1.parquet", "c/b/z/0.parquet"}));
}

TEST(ExpandPaths, FollowsLinksToFiles) {
  const TemporaryFolder folder;
  folder.Write("blobs/abc123", "1");
  fs::create_directory(folder / "snapshot");
  fs::create_symlink(folder / "blobs/abc123", folder / "snapshot/train.parquet");
  fs::create_directory_symlink(folder / "snapshot", folder / "snapshot/loop");
  EXPECT_EQ(ExpandPaths({(folder / "snapshot").string()}).files.size(), 1U);
}

TEST(ExpandPaths, RefusesAMixOfFormats) {
  const TemporaryFolder folder;
  folder.Write("c/a.jsonl", "1");
  folder.Write("c/b.txt", "1");
  EXPECT_THAT(MessageOf([&] { ExpandPaths({(folder / "c").string()}); }),
              AllOf(HasSubstr("b.txt: found text beside jsonl"), HasSubstr("a.jsonl"),
                    HasSubstr("expected files of one format")));
}

TEST(ExpandPaths, RefusesAFileTwice) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("c/a.txt", "1").string();
  EXPECT_THAT(MessageOf([&] {
                ExpandPaths({path, (folder / "c").string()});
              }),
              HasSubstr("found this file twice"));
}

TEST(ExpandPaths, RefusesWhatIsNotThere) {
  const TemporaryFolder folder;
  const std::string missing = (folder / "none.parquet").string();
  EXPECT_EQ(
      MessageOf([&] { ExpandPaths({missing}); }),
      missing + ": found \"No such file or directory\"; expected a corpus file, glob or folder");
  const std::string glob = (folder / "*.parquet").string();
  EXPECT_EQ(MessageOf([&] { ExpandPaths({glob}); }),
            glob + ": found no file that matches; expected at least one corpus file");
  EXPECT_THAT(MessageOf([&] { ExpandPaths({""}); }), HasSubstr("an empty name"));
  EXPECT_THAT(MessageOf([&] { ExpandPaths({}); }), HasSubstr("no file named"));
  EXPECT_THAT(MessageOf([&] { ExpandPaths({(folder / "**/*.txt").string()}); }),
              HasSubstr("found **"));
}

TEST(ExpandPaths, RefusesFoldersAndFilesItCannotUse) {
  const TemporaryFolder folder;
  EXPECT_THAT(MessageOf([&] { ExpandPaths({folder.path().string()}); }),
              AllOf(StartsWith(folder.path().string()), HasSubstr("no corpus file in this folder"),
                    HasSubstr(".parquet, .jsonl")));
  const std::string csv = folder.Write("a.csv", "1").string();
  EXPECT_THAT(MessageOf([&] { ExpandPaths({csv}); }), HasSubstr("found the ending \".csv\""));
  const std::string bare = folder.Write("bare", "1").string();
  EXPECT_THAT(MessageOf([&] { ExpandPaths({bare}); }), HasSubstr("a name without an ending"));
}

TEST(ExpandPaths, SaysPermissionDenied) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read anything";
  const TemporaryFolder folder;
  folder.Write("c/a.txt", "1");
  fs::permissions(folder / "c", fs::perms::none);
  EXPECT_THAT(MessageOf([&] { ExpandPaths({(folder / "c").string()}); }),
              HasSubstr("Permission denied"));
  fs::permissions(folder / "c", fs::perms::owner_all);
}

}  // namespace
}  // namespace zipflens
