#include "zipflens/corpus/line_reader.h"

#include <algorithm>
#include <cstring>

#include "zipflens/base/interrupt.h"

namespace zipflens {
namespace {
constexpr std::size_t kFirstBufferBytes = std::size_t{1} << 18;
constexpr std::size_t kLineEndBytes = 2;  // CR LF
}  // namespace

LineReader::LineReader(const std::filesystem::path& path, std::uint64_t max_line_bytes)
    : name_(IsStandardInput(path) ? "standard input" : path),
      source_(OpenByteSource(path)),
      buffer_(kFirstBufferBytes),
      max_line_bytes_(max_line_bytes) {}

bool LineReader::Fill() {
  ThrowIfInterrupted();
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) {
    // At most the longest line and a block, because the rest of a longer line is not kept.
    buffer_.resize(std::min(2 * buffer_.size(), max_line_bytes_ + 2 * kFirstBufferBytes));
  }
  const std::size_t room = buffer_.size() - end_;
  const std::size_t count = source_->Read(std::span<char>(buffer_).subspan(end_, room));
  end_ += count;
  return count > 0;
}

void LineReader::DropRest() {
  do {
    const char* const first = buffer_.data() + begin_;
    const void* const found = std::memchr(first, '\n', end_ - begin_);
    if (found != nullptr) {
      begin_ += static_cast<const char*>(found) - first + 1;
      break;
    }
    begin_ = end_;
  } while (Fill());
  has_rest_ = false;
}

bool LineReader::Next(std::string_view& line) {
  if (has_rest_) DropRest();
  std::size_t searched = 0;  // bytes after begin_ known to contain no LF
  std::size_t length = 0;    // including the LF, if there is one
  while (true) {
    const char* const first = buffer_.data() + begin_;
    const std::size_t available = end_ - begin_;
    const void* const found =
        available > searched ? std::memchr(first + searched, '\n', available - searched) : nullptr;
    if (found != nullptr) {
      length = static_cast<const char*>(found) - first + 1;
      break;
    }
    searched = available;
    has_rest_ = available > max_line_bytes_ + kLineEndBytes;
    if (!has_rest_ && Fill()) continue;
    if (available == 0) return false;
    length = available;
    break;
  }
  line = std::string_view(buffer_.data() + begin_, length);
  begin_ += length;
  last_length_ = length;
  ++line_number_;
  if (line.ends_with('\n')) {
    line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
  }
  is_too_long_ = line.size() > max_line_bytes_;
  line = line.substr(0, max_line_bytes_);
  return true;
}

void LineReader::Unread() {
  begin_ -= last_length_;
  last_length_ = 0;
  --line_number_;
}

}  // namespace zipflens
