// MappedFile: a whole file as read-only memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace zipflens {

/// Maps a regular file for reading. Move only. The bytes are valid while the object lives.
class MappedFile {
 public:
  MappedFile() = default;
  /// Throws what RegularFile throws. An empty file maps to no bytes.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Reads a whole file into a string; for small files such as configs and vocabularies. Throws what
/// MappedFile throws.
std::string ReadTextFile(const std::filesystem::path& path);

}  // namespace zipflens
