// LineReader: reads the lines of a plain or compressed text file or of standard input.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "zipflens/corpus/byte_source.h"

namespace zipflens {

/// A line ends with LF or CR LF. The last line needs no line end, and no line follows a final LF.
/// The memory is at most twice the longest allowed line plus one buffer. Not thread-safe.
class LineReader {
 public:
  /// Throws InputError as OpenByteSource does.
  LineReader(const std::filesystem::path& path, std::uint64_t max_line_bytes);

  /// Sets `line` to the next line without its end, or returns false after the last line. `line` is
  /// valid until the next call; if the line is too long, it holds only the beginning. Throws
  /// InputError if the stream is damaged, and InterruptedError.
  bool Next(std::string_view& line);
  /// Whether the last line read has more than `max_line_bytes`.
  bool is_too_long() const { return is_too_long_; }
  /// Makes Next() return the last line again. Must follow a call of Next() and must not be called
  /// twice in a row.
  void Unread();

  /// The number of the last line read, from 1.
  std::uint64_t line_number() const { return line_number_; }
  /// The file, or "standard input".
  const std::filesystem::path& name() const { return name_; }
  /// The number of bytes of the file on disk that were read: at most one buffer more than the lines
  /// returned took.
  std::uint64_t bytes_done() const { return source_->bytes_done(); }

 private:
  // Appends bytes from the source to those not consumed yet. Returns false at the end of the file.
  bool Fill();
  // Consumes the rest of a line that is too long, including its end.
  void DropRest();

  std::filesystem::path name_;
  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of the bytes in buffer_ that are not consumed yet
  std::size_t end_ = 0;
  std::size_t last_length_ = 0;  // of the last line read, including its end
  std::size_t max_line_bytes_;
  bool is_too_long_ = false;
  bool has_rest_ = false;  // the last line read continues at begin_
  std::uint64_t line_number_ = 0;
};

}  // namespace zipflens
