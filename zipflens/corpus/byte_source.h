// ByteSource: a file's bytes from the first to the last, decompressed where its ending says so.
#pragma once

#include <cstddef>
#include <cstdint>
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
  /// Bytes read so far as they lie on disk.
  virtual std::uint64_t bytes_done() const = 0;
};

/// Whether a path is "-".
bool IsStandardInput(const std::filesystem::path& path);

/// Opens a regular file: `.gz` as gzip (any number of members), `.zst` as Zstandard (any number of
/// frames, windows up to 2 GiB), `.bz2` as bzip2 (any number of streams), anything else as it is.
/// Or standard input ("-"), whose first bytes say which of these it is. Throws InputError as
/// RegularFile does.
std::unique_ptr<ByteSource> OpenByteSource(const std::filesystem::path& path);

/// The same without decompression: the bytes as they lie on disk.
std::unique_ptr<ByteSource> OpenRawByteSource(const std::filesystem::path& path);

}  // namespace zipflens
