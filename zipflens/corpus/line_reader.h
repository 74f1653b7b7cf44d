// LineReader: the lines of a plain or compressed text file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "zipflens/corpus/byte_source.h"

namespace zipflens {

/// A line ends at LF or CR LF; the last one needs no end, and a file's final LF begins no further
/// line. Memory: the longest line (at most 1 GiB) and one buffer. Not thread-safe.
class LineReader {
 public:
  /// Throws InputError as OpenByteSource does.
  explicit LineReader(const std::filesystem::path& path);

  /// Sets `line` to the next line without its end, valid until the next call; false after the last.
  /// Throws InputError: a bad stream, a line longer than 1 GiB.
  bool Next(std::string_view& line);

  /// Of the line last read, from 1.
  std::uint64_t line_number() const { return line_number_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  // Appends bytes from the source to what is not consumed yet; false at the end of the file.
  bool Fill();

  std::filesystem::path path_;
  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of the bytes not consumed yet, in buffer_
  std::size_t end_ = 0;
  std::uint64_t line_number_ = 0;
};

}  // namespace zipflens
