// ByteSource: the bytes of a file in order, decompressed if the file's ending names a compression.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace zipflens {

/// A forward reader that uses constant memory. Not thread-safe.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Reads into the front of `buffer`, which must not be empty, and returns the number of bytes
  /// read. It returns 0 only at the end. Throws InputError if the file cannot be read, is not in
  /// the format of its ending, is truncated or is damaged.
  virtual std::size_t Read(std::span<char> buffer) = 0;
  /// The number of bytes of the file on disk (compressed bytes, if it is compressed) read so far.
  virtual std::uint64_t bytes_done() const = 0;
};

/// Returns whether `path` is "-".
bool IsStandardInput(const std::filesystem::path& path);

/// Opens a regular file. It reads `.gz` as gzip (any number of members), `.zst` as Zstandard (any
/// number of frames, windows up to 2 GiB), `.bz2` as bzip2 (any number of streams) and any other
/// file without decompression. "-" opens standard input, whose compression is recognized by its
/// first bytes. Throws InputError as RegularFile does.
std::unique_ptr<ByteSource> OpenByteSource(const std::filesystem::path& path);

/// Opens a regular file without decompression: the reader returns the bytes on disk.
std::unique_ptr<ByteSource> OpenRawByteSource(const std::filesystem::path& path);

}  // namespace zipflens
