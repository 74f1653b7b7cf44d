#include "zipflens/base/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/base/lfs_pointer.h"

namespace zipflens {
namespace {

[[noreturn]] void Refuse(const std::filesystem::path& path, std::string found) {
  throw InputError(
      {.source = path.string(), .found = std::move(found), .expected = "a readable file"});
}

// What stands in the way of reading a file of this kind; empty for a regular file.
std::string Obstacle(mode_t mode) {
  if (S_ISREG(mode)) return "";
  if (S_ISDIR(mode)) return "a folder";
  const char* kind = "a device";
  if (S_ISFIFO(mode)) kind = "a FIFO (named pipe)";
  if (S_ISSOCK(mode)) kind = "a socket";
  return std::string(kind) + ", which is not a regular file";
}

}  // namespace

RegularFile::RegularFile(const std::filesystem::path& path)
    : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
  struct stat status = {};
  std::string found;
  if (descriptor_ < 0) {
    const int error = errno;
    // A socket cannot be opened: the error alone ("No such device") would not say so.
    if (error == ENXIO && ::stat(path.c_str(), &status) == 0) found = Obstacle(status.st_mode);
    if (found.empty()) found = "\"" + ErrnoText(error) + "\"";
  } else if (::fstat(descriptor_, &status) != 0) {
    found = "\"" + ErrnoText(errno) + "\"";
  } else {
    found = Obstacle(status.st_mode);
  }
  if (found.empty()) {
    size_ = status.st_size;
    RefuseIfLfsPointer();
    return;
  }
  if (descriptor_ >= 0) ::close(descriptor_);
  Refuse(path, found);
}

void RegularFile::RefuseIfLfsPointer() {
  if (size_ >= kLargestLfsPointer) return;
  std::array<char, kLfsMarkBytes> first = {};
  const ssize_t count = ::pread(descriptor_, first.data(), first.size(), 0);
  if (count <= 0) return;  // reading it says why
  try {
    RefuseLfsPointer(path_, std::string_view(first.data(), count));
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

RegularFile::~RegularFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::size_t RegularFile::Read(std::span<char> buffer) {
  return ReadDescriptor(descriptor_, buffer, path_);
}

int RegularFile::Release() { return std::exchange(descriptor_, -1); }

std::size_t ReadDescriptor(int descriptor, std::span<char> buffer,
                           const std::filesystem::path& source) {
  while (true) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count >= 0) return count;
    if (errno != EINTR) Refuse(source, "\"" + ErrnoText(errno) + "\"");
  }
}

}  // namespace zipflens
