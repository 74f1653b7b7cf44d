#include "zipflens/base/atomic_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/base/temporary_folder.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;
using Existing = AtomicOutput::Existing;
using Kind = AtomicOutput::Kind;
using ::testing::HasSubstr;

std::size_t NumEntries(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(AtomicOutput, FileAppearsWholeOnCommit) {
  const TemporaryFolder folder;
  AtomicOutput output(folder / "a/b/result.txt", Kind::kFile, Existing::kRefuse);
  WriteFileOrThrow(output.temporary_path(), "whole");
  EXPECT_FALSE(fs::exists(folder / "a/b/result.txt"));
  EXPECT_EQ(output.temporary_path().parent_path(), output.final_path().parent_path());
  output.Commit();
  EXPECT_EQ(ReadBack(folder / "a/b/result.txt"), "whole");
  EXPECT_EQ(NumEntries(folder / "a/b"), 1U);
}

TEST(AtomicOutput, LeavesNothingWithoutCommit) {
  const TemporaryFolder folder;
  {
    const AtomicOutput file(folder / "result.txt", Kind::kFile, Existing::kRefuse);
    WriteFileOrThrow(file.temporary_path(), "half");
    const AtomicOutput study(folder / "study", Kind::kFolder, Existing::kRefuse);
    WriteFileOrThrow(study.temporary_path() / "part.csv", "half");
    EXPECT_EQ(NumEntries(folder.path()), 2U);
  }
  EXPECT_EQ(NumEntries(folder.path()), 0U);
}

TEST(AtomicOutput, RefusesWhatExistsBeforeAnythingIsComputed) {
  const TemporaryFolder folder;
  folder.Write("result.txt", "old");
  folder.Write("study/other.txt", "old");
  EXPECT_THAT(MessageOf<OutputError>(
                  [&] { AtomicOutput(folder / "result.txt", Kind::kFile, Existing::kRefuse); }),
              HasSubstr("result.txt: exists already"));
  EXPECT_THAT(MessageOf<OutputError>(
                  [&] { AtomicOutput(folder / "study", Kind::kFolder, Existing::kRefuse); }),
              HasSubstr("study: exists already"));
  EXPECT_EQ(ReadBack(folder / "result.txt"), "old");
  EXPECT_EQ(ReadBack(folder / "study/other.txt"), "old");
  EXPECT_EQ(NumEntries(folder.path()), 2U);
}

TEST(AtomicOutput, RefusesADanglingLink) {
  const TemporaryFolder folder;
  fs::create_symlink(folder / "nowhere", folder / "result.txt");
  EXPECT_THAT(MessageOf<OutputError>(
                  [&] { AtomicOutput(folder / "result.txt", Kind::kFile, Existing::kRefuse); }),
              HasSubstr("exists already"));
}

TEST(AtomicOutput, AnEmptyFolderDoesNotCountAsExisting) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "study");
  AtomicOutput output(folder / "study/", Kind::kFolder, Existing::kRefuse);
  WriteFileOrThrow(output.temporary_path() / "table.csv", "1");
  output.Commit();
  EXPECT_EQ(ReadBack(folder / "study/table.csv"), "1");
  EXPECT_EQ(NumEntries(folder.path()), 1U);
}

TEST(AtomicOutput, ReplacesOnlyOnCommit) {
  const TemporaryFolder folder;
  folder.Write("study/old.txt", "old");
  folder.Write("result.txt", "old");
  { const AtomicOutput failed(folder / "study", Kind::kFolder, Existing::kReplace); }
  EXPECT_EQ(ReadBack(folder / "study/old.txt"), "old");
  AtomicOutput study(folder / "study", Kind::kFolder, Existing::kReplace);
  WriteFileOrThrow(study.temporary_path() / "new.txt", "new");
  study.Commit();
  AtomicOutput file(folder / "result.txt", Kind::kFile, Existing::kReplace);
  WriteFileOrThrow(file.temporary_path(), "new");
  file.Commit();
  EXPECT_FALSE(fs::exists(folder / "study/old.txt"));
  EXPECT_EQ(ReadBack(folder / "study/new.txt"), "new");
  EXPECT_EQ(ReadBack(folder / "result.txt"), "new");
  EXPECT_EQ(NumEntries(folder.path()), 2U);
}

TEST(AtomicOutput, RefusesAFileForAFolderAndTheReverse) {
  const TemporaryFolder folder;
  folder.Write("file", "1");
  folder.Write("full/file", "1");
  EXPECT_THAT(MessageOf<OutputError>(
                  [&] { AtomicOutput(folder / "file", Kind::kFolder, Existing::kReplace); }),
              HasSubstr("is a file; a folder is to be written"));
  EXPECT_THAT(MessageOf<OutputError>(
                  [&] { AtomicOutput(folder / "full", Kind::kFile, Existing::kReplace); }),
              HasSubstr("is a folder; a file is to be written"));
}

TEST(AtomicOutput, RefusesAFolderThatCameIntoBeingMeanwhile) {
  const TemporaryFolder folder;
  {
    AtomicOutput output(folder / "study", Kind::kFolder, Existing::kRefuse);
    folder.Write("study/of_another_run.txt", "theirs");
    EXPECT_THAT(MessageOf<OutputError>([&] { output.Commit(); }), HasSubstr("came into being"));
  }
  EXPECT_EQ(ReadBack(folder / "study/of_another_run.txt"), "theirs");
  EXPECT_EQ(NumEntries(folder.path()), 1U);
}

TEST(AtomicOutput, NamesAPlaceThatCannotBeWritten) {
  const TemporaryFolder folder;
  folder.Write("file", "1");
  EXPECT_THAT(MessageOf<OutputError>([&] {
                AtomicOutput(folder / "file/result.txt", Kind::kFile, Existing::kRefuse);
              }),
              HasSubstr("cannot be written"));
  EXPECT_THAT(MessageOf<OutputError>(
                  [&] { AtomicOutput("/proc/zipflens/study", Kind::kFolder, Existing::kRefuse); }),
              HasSubstr("/proc/zipflens: cannot be written"));
}

TEST(AtomicOutput, SaysPermissionDenied) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THAT(MessageOf<OutputError>(
                  [&] { AtomicOutput(folder / "study", Kind::kFolder, Existing::kRefuse); }),
              HasSubstr("Permission denied"));
}

TEST(WriteFileOrThrow, SaysThatTheDiskIsFull) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  EXPECT_EQ(MessageOf<OutputError>([] { WriteFileOrThrow("/dev/full", "more"); }),
            "/dev/full: cannot be written: No space left on device");
}

}  // namespace
}  // namespace zipflens
