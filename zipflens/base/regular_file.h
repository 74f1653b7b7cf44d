// RegularFile: a regular file that is open for reading. Every input is opened here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace zipflens {

/// Reads a file from its beginning. Owns the file descriptor. Not thread-safe.
class RegularFile {
 public:
  /// Opens `path`, through links, and never waits: a FIFO without a writer is refused at once.
  /// Throws InputError naming the path: missing, unreadable, a folder, FIFO, socket or
  /// device, or a Git LFS pointer.
  explicit RegularFile(const std::filesystem::path& path);
  ~RegularFile();
  RegularFile(const RegularFile&) = delete;
  RegularFile& operator=(const RegularFile&) = delete;

  /// Fills the front of `buffer` (not empty) and returns the number of bytes; 0 at the end only.
  /// Throws InputError if the system reports an error.
  std::size_t Read(std::span<char> buffer);

  /// Size in bytes when the file was opened.
  std::uint64_t size() const { return size_; }
  int descriptor() const { return descriptor_; }
  /// Returns the descriptor, which the caller closes from now on.
  int Release();

 private:
  void RefuseIfLfsPointer();

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

/// Fills the front of `buffer` from a descriptor, across interrupted calls; returns the number of
/// bytes, 0 at the end only. Throws InputError that names `source`.
std::size_t ReadDescriptor(int descriptor, std::span<char> buffer,
                           const std::filesystem::path& source);

}  // namespace zipflens
