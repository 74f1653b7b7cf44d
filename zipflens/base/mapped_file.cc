#include "zipflens/base/mapped_file.h"

#include <sys/mman.h>

#include <cerrno>
#include <string>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/base/regular_file.h"

namespace zipflens {
MappedFile::MappedFile(const std::filesystem::path& path) {
  const RegularFile file(path);
  size_ = file.size();
  if (size_ == 0) return;
  void* data = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.descriptor(), 0);
  if (data == MAP_FAILED) {
    throw InputError({.source = path.string(),
                      .found = "\"" + ErrnoText(errno) + "\" on mapping it",
                      .expected = "a readable file"});
  }
  data_ = static_cast<const std::byte*>(data);
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
