#include "zipflens/corpus/line_reader.h"

#include <fmt/format.h>

#include <cstring>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {
constexpr std::size_t kFirstBufferBytes = std::size_t{1} << 18;
constexpr std::size_t kMaxLineBytes = std::size_t{1} << 30;
}  // namespace

LineReader::LineReader(const std::filesystem::path& path)
    : name_(IsStandardInput(path) ? "standard input" : path),
      source_(OpenByteSource(path)),
      buffer_(kFirstBufferBytes) {}

bool LineReader::Fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ > kMaxLineBytes) {
    throw InputError({.source = name_.string(),
                      .place = fmt::format("line {}", line_number_ + 1),
                      .found = "a line longer than 1 GiB",
                      .expected = "one document a line"});
  }
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  const std::size_t room = buffer_.size() - end_;
  const std::size_t count = source_->Read(std::span<char>(buffer_).subspan(end_, room));
  end_ += count;
  return count > 0;
}

bool LineReader::Next(std::string_view& line) {
  std::size_t searched = 0;  // bytes after begin_ known to hold no LF
  std::size_t length = 0;    // with the LF, if there is one
  while (true) {
    const char* const first = buffer_.data() + begin_;
    const std::size_t available = end_ - begin_;
    const void* const found =
        available > searched ? std::memchr(first + searched, '\n', available - searched) : nullptr;
    if (found != nullptr) {
      length = static_cast<std::size_t>(static_cast<const char*>(found) - first) + 1;
      break;
    }
    searched = available;
    if (Fill()) continue;
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
  return true;
}

void LineReader::Unread() {
  begin_ -= last_length_;
  last_length_ = 0;
  --line_number_;
}

}  // namespace zipflens
