#include "zipflens/base/regular_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "tests/base/temporary_folder.h"

namespace zipflens {
namespace {

using ::testing::HasSubstr;

TEST(RegularFile, ReadsToTheEndThroughALink) {
  const TemporaryFolder folder;
  folder.Write("file", "some bytes");
  std::filesystem::create_symlink("file", folder / "link");
  RegularFile file(folder / "link");
  EXPECT_EQ(file.size(), 10U);
  std::array<char, 7> buffer = {};
  EXPECT_EQ(file.Read(buffer), 7U);
  EXPECT_EQ(std::string(buffer.begin(), buffer.end()), "some by");
  EXPECT_EQ(file.Read(buffer), 3U);
  EXPECT_EQ(file.Read(buffer), 0U);
}

TEST(RegularFile, IsClosedWhenAnotherProgramStarts) {
  const TemporaryFolder folder;
  const RegularFile file(folder.Write("file", ""));
  EXPECT_NE(::fcntl(file.descriptor(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(RegularFile, GivesItsDescriptorAway) {
  const TemporaryFolder folder;
  int descriptor = -1;
  {
    RegularFile file(folder.Write("file", "x"));
    descriptor = file.Release();
  }
  EXPECT_EQ(::close(descriptor), 0);
}

TEST(RegularFile, RefusesAFifoAtOnce) {
  const TemporaryFolder folder;
  const auto path = folder / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(MessageOf([&] { RegularFile{path}; }),
            path.string() +
                ": found a FIFO (named pipe), which is not a regular file; expected a "
                "readable file");
}

TEST(RegularFile, RefusesFoldersDevicesAndSockets) {
  const TemporaryFolder folder;
  EXPECT_THAT(MessageOf([&] { RegularFile{folder.path()}; }), HasSubstr("found a folder"));
  for (const char* device : {"/dev/zero", "/dev/null"}) {
    EXPECT_THAT(MessageOf([&] { RegularFile{device}; }), HasSubstr("found a device, which is not"));
  }
  const std::string path = (folder / "socket").string();
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_THAT(MessageOf([&] { RegularFile{path}; }), HasSubstr("found a socket, which is not"));
  ::close(listener);
}

TEST(RegularFile, NamesAMissingFile) {
  const TemporaryFolder folder;
  EXPECT_THAT(MessageOf([&] { RegularFile{folder / "none"}; }),
              HasSubstr("none: found \"No such file or directory\""));
}

}  // namespace
}  // namespace zipflens
