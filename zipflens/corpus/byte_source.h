// ByteSource: a file's bytes from the first to the last, decompressed where its ending says so.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace zipflens {

/// Reads forwards, in constant memory. Not thread-safe.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills the front of `buffer` (not empty) and returns the number of bytes; 0 at the end only.
  /// Throws InputError: cannot be read, not in the format of its ending, truncated, damaged.
  virtual std::size_t Read(std::span<char> buffer) = 0;
};

/// Opens a regular file: `.gz` as gzip (any number of members), `.zst` as Zstandard (any number of
/// frames, windows up to 2 GiB), anything else as it is. Throws InputError: missing, a folder,
/// unreadable.
std::unique_ptr<ByteSource> OpenByteSource(const std::filesystem::path& path);

/// The same without looking at the ending: the bytes as they lie on disk.
std::unique_ptr<ByteSource> OpenRawByteSource(const std::filesystem::path& path);

}  // namespace zipflens
