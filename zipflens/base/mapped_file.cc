#include "zipflens/base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/base/lfs_pointer.h"

namespace zipflens {
namespace {

struct FileDescriptor {
  int value;
  explicit FileDescriptor(int fd) : value(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (value >= 0) ::close(value);
  }
};

[[noreturn]] void Refuse(const std::filesystem::path& path, std::string found) {
  throw InputError(
      {.source = path.string(), .found = std::move(found), .expected = "a readable file"});
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value < 0) Refuse(path, "\"" + ErrnoText(errno) + "\"");
  struct stat status = {};
  if (::fstat(file.value, &status) != 0) Refuse(path, "\"" + ErrnoText(errno) + "\"");
  if (S_ISDIR(status.st_mode)) Refuse(path, "a folder");
  if (!S_ISREG(status.st_mode)) Refuse(path, "something that is not a regular file");
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ == 0) return;
  void* data = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.value, 0);
  if (data == MAP_FAILED) Refuse(path, "\"" + ErrnoText(errno) + "\" on mapping it");
  data_ = static_cast<const std::byte*>(data);
  if (size_ >= kLargestLfsPointer) return;
  try {
    RefuseLfsPointer(path, text().substr(0, kLfsMarkBytes));
  } catch (...) {
    ::munmap(data, size_);
    throw;
  }
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

std::string ReadTextFile(const std::filesystem::path& path) {
  return std::string(MappedFile(path).text());
}

}  // namespace zipflens
