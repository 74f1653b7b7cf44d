#include "zipflens/base/mapped_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "tests/base/temporary_folder.h"

namespace zipflens {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(MappedFile, HoldsTheBytes) {
  const TemporaryFolder folder;
  const std::string content("a\0b\xFF\n", 5);
  const MappedFile file(folder.Write("bytes", content));
  EXPECT_EQ(file.text(), content);
  EXPECT_EQ(file.bytes().size(), 5U);
  EXPECT_EQ(file.bytes()[3], std::byte{0xFF});
}

TEST(MappedFile, AnEmptyFileHasNoBytes) {
  const TemporaryFolder folder;
  EXPECT_EQ(MappedFile(folder.Write("empty", "")).bytes().size(), 0U);
  EXPECT_EQ(ReadTextFile(folder / "empty"), "");
}

TEST(MappedFile, MovesWithItsBytes) {
  const TemporaryFolder folder;
  MappedFile first(folder.Write("a", "first"));
  MappedFile second(std::move(first));
  EXPECT_EQ(second.text(), "first");
  first = MappedFile(folder.Write("b", "again"));
  EXPECT_EQ(first.text(), "again");
  second = std::move(first);
  EXPECT_EQ(second.text(), "again");
}

TEST(MappedFile, NamesAMissingFile) {
  const TemporaryFolder folder;
  const std::string path = (folder / "no/such/file").string();
  EXPECT_EQ(MessageOf([&] { MappedFile{path}; }),
            path + ": found \"No such file or directory\"; expected a readable file");
  EXPECT_THAT(MessageOf([&] { ReadTextFile(path); }), StartsWith(path));
}

TEST(MappedFile, RefusesAFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(MessageOf([&] { MappedFile{folder.path()}; }),
            folder.path().string() + ": found a folder; expected a readable file");
}

TEST(MappedFile, RefusesADevice) {
  EXPECT_THAT(MessageOf([] { MappedFile{"/dev/null"}; }), HasSubstr("not a regular file"));
}

TEST(MappedFile, SaysPermissionDenied) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read anything";
  const TemporaryFolder folder;
  const auto path = folder.Write("secret", "1");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  EXPECT_THAT(MessageOf([&] { MappedFile{path}; }), HasSubstr("Permission denied"));
}

}  // namespace
}  // namespace zipflens
