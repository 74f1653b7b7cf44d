// NpyFile: writes a NumPy array to disk in pieces, from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace zipflens {

/// A .npy file (format 1.0, little-endian, C order) whose type and shape are known in advance.
/// Several threads may call WriteAt at the same time for pieces that do not overlap.
class NpyFile {
 public:
  /// `dtype` is NumPy's name of the type: "<f4", "<f8" or "<i4". Reserves the disk space of the
  /// whole file, so that a full disk is an error now and not at the end. Throws OutputError.
  NpyFile(const std::filesystem::path& path, const std::string& dtype,
          const std::vector<std::size_t>& shape);
  ~NpyFile();
  NpyFile(NpyFile&& other) noexcept;
  NpyFile(const NpyFile&) = delete;

  /// Writes `bytes` at `offset`, in bytes from the beginning of the array's data. Throws
  /// OutputError.
  void WriteAt(std::uint64_t offset, std::span<const std::byte> bytes) const;
  /// Closes the file. Throws OutputError if the system reports a write error only now.
  void Close();

 private:
  std::filesystem::path path_;
  int file_ = -1;
  std::uint64_t data_begin_ = 0;
};

}  // namespace zipflens
