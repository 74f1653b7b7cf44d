// NpyFile: a NumPy array on disk, written in pieces from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace zipflens {

/// A .npy file (format 1.0, little-endian, C order) of known type and shape. WriteAt may be called
/// from several threads for pieces that do not overlap.
class NpyFile {
 public:
  /// `dtype`: numpy's name, "<f4", "<f8", "<i4". Reserves the whole file, so that a full disk is
  /// found now and not at the end. Throws OutputError.
  NpyFile(const std::filesystem::path& path, const std::string& dtype,
          const std::vector<std::size_t>& shape);
  ~NpyFile();
  NpyFile(NpyFile&& other) noexcept;
  NpyFile(const NpyFile&) = delete;

  /// Writes `bytes` at `offset` bytes into the array's data. Throws OutputError.
  void WriteAt(std::uint64_t offset, std::span<const std::byte> bytes) const;
  /// Throws OutputError where the system reports a late error.
  void Close();

 private:
  std::filesystem::path path_;
  int file_ = -1;
  std::uint64_t data_begin_ = 0;
};

}  // namespace zipflens
