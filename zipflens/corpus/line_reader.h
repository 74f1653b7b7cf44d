// LineReader: the lines of a plain or compressed text file or of standard input.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "zipflens/corpus/byte_source.h"

namespace zipflens {

/// A line ends at LF or CR LF; the last one needs no end, and a file's final LF begins no further
/// line. Memory: at most twice the longest line that is allowed, and one buffer. Not thread-safe.
class LineReader {
 public:
  /// Throws InputError as OpenByteSource does.
  LineReader(const std::filesystem::path& path, std::uint64_t max_line_bytes);

  /// Sets `line` to the next line without its end, valid until the next call; false after the last.
  /// Of a line that is too long only the beginning is given. Throws InputError: a bad stream;
  /// InterruptedError.
  bool Next(std::string_view& line);
  /// Whether the line last read has more than `max_line_bytes`.
  bool is_too_long() const { return is_too_long_; }
  /// Makes the line last read come again; not twice, and not before a first one.
  void Unread();

  /// Of the line last read, from 1.
  std::uint64_t line_number() const { return line_number_; }
  /// The file, or "standard input".
  const std::filesystem::path& name() const { return name_; }
  /// Bytes of the file on disk, up to a buffer more than were used.
  std::uint64_t bytes_done() const { return source_->bytes_done(); }

 private:
  // Appends bytes from the source to what is not consumed yet; false at the end of the file.
  bool Fill();
  // Consumes what is left of a line that was too long, with its end.
  void DropRest();

  std::filesystem::path name_;
  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of the bytes not consumed yet, in buffer_
  std::size_t end_ = 0;
  std::size_t last_length_ = 0;  // of the line last read, with its end
  std::size_t max_line_bytes_;
  bool is_too_long_ = false;
  bool has_rest_ = false;  // the line last read goes on at begin_
  std::uint64_t line_number_ = 0;
};

}  // namespace zipflens
