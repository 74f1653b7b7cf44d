#include "zipflens/tables/npy_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

[[noreturn]] void Fail(const std::filesystem::path& path, int error_number) {
  throw OutputError(
      fmt::format("{}: cannot be written: {}", path.string(), ErrnoText(error_number)));
}

// Follows numpy.lib.format: the magic number, the version, the length of the header, and the
// header. The whole is padded to a multiple of 64 bytes.
std::string Header(const std::string& dtype, const std::vector<std::size_t>& shape) {
  const std::string dimensions =
      fmt::format("{}{}", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  std::string text =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", dtype, dimensions);
  constexpr std::size_t kPrefix = 10;
  const std::size_t padded = (kPrefix + text.size() + 1 + 63) / 64 * 64;
  text.append(padded - kPrefix - text.size() - 1, ' ');
  text += '\n';
  std::string header = "\x93NUMPY";
  header += '\x01';
  header += '\x00';
  header += static_cast<char>(text.size() & 0xFF);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

std::uint64_t NumBytes(const std::string& dtype, const std::vector<std::size_t>& shape) {
  std::uint64_t bytes = dtype.back() - '0';
  for (const std::size_t dimension : shape) bytes *= dimension;
  return bytes;
}

}  // namespace

NpyFile::NpyFile(const std::filesystem::path& path, const std::string& dtype,
                 const std::vector<std::size_t>& shape)
    : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
  if (file_ < 0) Fail(path_, errno);
  const std::string header = Header(dtype, shape);
  WriteAt(0, std::as_bytes(std::span(header.data(), header.size())));
  data_begin_ = header.size();
  const std::uint64_t size = data_begin_ + NumBytes(dtype, shape);
  const int error = ::posix_fallocate(file_, 0, size);
  if (error != 0 && error != EOPNOTSUPP && error != EINVAL) {
    ::close(std::exchange(file_, -1));
    Fail(path_, error);
  }
}

NpyFile::~NpyFile() {
  if (file_ >= 0) ::close(file_);
}

NpyFile::NpyFile(NpyFile&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      data_begin_(other.data_begin_) {}

void NpyFile::WriteAt(std::uint64_t offset, std::span<const std::byte> bytes) const {
  std::uint64_t at = data_begin_ + offset;
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) Fail(path_, errno);
    bytes = bytes.subspan(written);
    at += written;
  }
}

void NpyFile::Close() {
  if (::close(std::exchange(file_, -1)) != 0) Fail(path_, errno);
}

}  // namespace zipflens
