#include "zipflens/base/utf8.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

static_assert(std::endian::native == std::endian::little, "the lowest byte of a word is the first");

unsigned Byte(std::string_view text, std::size_t offset) { return ByteOf(text[offset]); }

bool IsContinuation(std::string_view text, std::size_t offset, unsigned low = 0x80,
                    unsigned high = 0xBF) {
  return offset < text.size() && Byte(text, offset) >= low && Byte(text, offset) <= high;
}

// Length of the well-formed sequence at `offset` (Unicode 15, table 3-7), or 0.
std::size_t SequenceLength(std::string_view text, std::size_t offset) {
  const unsigned lead = Byte(text, offset);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return IsContinuation(text, offset + 1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;   // no overlong forms
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;  // no surrogates
    const bool valid =
        IsContinuation(text, offset + 1, low, high) && IsContinuation(text, offset + 2);
    return valid ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;  // at most U+10FFFF
    const bool valid = IsContinuation(text, offset + 1, low, high) &&
                       IsContinuation(text, offset + 2) && IsContinuation(text, offset + 3);
    return valid ? 4 : 0;
  }
  return 0;
}

// Length of the maximal subpart at `offset`, where no well-formed sequence starts: the bytes that
// could have begun one, or else one byte.
std::size_t MaximalSubpart(std::string_view text, std::size_t offset) {
  const unsigned lead = Byte(text, offset);
  if (lead < 0xE0 || lead > 0xF4) return 1;
  const bool is_long = lead >= 0xF0;
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (!IsContinuation(text, offset + 1, low, high)) return 1;
  return is_long && IsContinuation(text, offset + 2) ? 3 : 2;
}

// Offset of the first byte at or after `offset` that is not ASCII, or text.size().
std::size_t FirstNonAscii(std::string_view text, std::size_t offset) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::array<std::uint64_t, 8> words{};
  for (; offset + sizeof(words) <= text.size(); offset += sizeof(words)) {
    std::memcpy(words.data(), text.data() + offset, sizeof(words));
    std::uint64_t any = 0;
    for (const std::uint64_t word : words) any |= word;
    if ((any & kHighBits) != 0) break;
  }
  for (; offset + sizeof(words[0]) <= text.size(); offset += sizeof(words[0])) {
    std::memcpy(words.data(), text.data() + offset, sizeof(words[0]));
    const std::uint64_t high_bits = words[0] & kHighBits;
    if (high_bits != 0) return offset + static_cast<unsigned>(std::countr_zero(high_bits)) / 8;
  }
  while (offset < text.size() && Byte(text, offset) < 0x80) ++offset;
  return offset;
}

}  // namespace

std::size_t AppendWithReplacements(std::string_view text, std::string& out) {
  std::size_t num_replacements = 0;
  while (!text.empty()) {
    const std::size_t num_valid = FirstInvalidUtf8(text);
    out += text.substr(0, num_valid);
    text.remove_prefix(num_valid);
    if (text.empty()) break;
    AppendUtf8(0xFFFD, out);
    ++num_replacements;
    text.remove_prefix(MaximalSubpart(text, 0));
  }
  return num_replacements;
}

std::size_t FirstInvalidUtf8(std::string_view text) {
  std::size_t offset = 0;
  while ((offset = FirstNonAscii(text, offset)) < text.size()) {
    const std::size_t length = SequenceLength(text, offset);
    if (length == 0) return offset;
    offset += length;
  }
  return text.size();
}

char32_t NextCodePoint(std::string_view text, std::size_t& offset) {
  const auto tail = [&](std::size_t i) { return Byte(text, offset + i) & 0x3FU; };
  const unsigned lead = Byte(text, offset);
  if (lead < 0x80) {
    offset += 1;
    return lead;
  }
  if (lead < 0xE0) {
    const char32_t value = ((lead & 0x1FU) << 6) | tail(1);
    offset += 2;
    return value;
  }
  if (lead < 0xF0) {
    const char32_t value = ((lead & 0x0FU) << 12) | (tail(1) << 6) | tail(2);
    offset += 3;
    return value;
  }
  const char32_t value = ((lead & 0x07U) << 18) | (tail(1) << 12) | (tail(2) << 6) | tail(3);
  offset += 4;
  return value;
}

}  // namespace zipflens
