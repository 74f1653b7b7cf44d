// Takes the bytes of a fuzz input apart, for targets that build a file from them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace zipflens::fuzz {

/// Reads numbers and texts from the front of an input. After its end every number is 0.
class InputBytes {
 public:
  explicit InputBytes(std::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }

  std::uint8_t Byte() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  /// A number of `num_bytes` bytes, little-endian.
  std::uint64_t Number(int num_bytes) {
    std::uint64_t number = 0;
    for (int i = 0; i < num_bytes; ++i) number |= std::uint64_t{Byte()} << (8 * i);
    return number;
  }
  /// A number below `limit`, which must be from 1 to 2^16.
  std::size_t Below(std::size_t limit) { return Number(2) % limit; }

  std::string_view Text(std::size_t size) {
    const std::string_view text = bytes_.substr(0, size);
    bytes_.remove_prefix(text.size());
    return text;
  }
  std::string_view Rest() { return Text(bytes_.size()); }

 private:
  std::string_view bytes_;
};

/// The line that separates the parts of an input that stands for several files.
inline constexpr std::string_view kPartEnd = "\n====\n";

/// Returns the `num_parts` parts of an input; the last one has the rest, and parts that are missing
/// are empty.
inline std::vector<std::string_view> PartsOf(std::string_view input, std::size_t num_parts) {
  std::vector<std::string_view> parts(num_parts);
  for (std::size_t i = 0; i < num_parts; ++i) {
    const bool is_last = i + 1 == num_parts;
    const std::size_t end = is_last ? std::string_view::npos : input.find(kPartEnd);
    parts[i] = input.substr(0, end);
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + kPartEnd.size());
  }
  return parts;
}

/// Returns the lines of a text, without their ends.
inline std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace zipflens::fuzz
