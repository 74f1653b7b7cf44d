// Strict UTF-8, as all of zipflens reads it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "zipflens/base/error.h"

namespace zipflens {

/// Thrown for bytes that are not UTF-8 (Unicode 15, table 3-7: no overlong forms, no surrogates, at
/// most U+10FFFF).
class InvalidUtf8 : public InputError {
 public:
  explicit InvalidUtf8(const Problem& problem, std::size_t byte_offset)
      : InputError(problem), byte_offset_(byte_offset) {}
  std::size_t byte_offset() const { return byte_offset_; }

 private:
  std::size_t byte_offset_;
};

/// Offset of the first byte that does not belong to a well-formed sequence, or text.size() if there
/// is none. ASCII costs at most about one cycle per byte.
std::size_t FirstInvalidUtf8(std::string_view text);

/// Appends `text` to `out`, with U+FFFD in place of each maximal subpart that is not well-formed
/// (Unicode 15, section 3.9, "U+FFFD substitution of maximal subparts"). Python's decoder does the
/// same under errors="replace". Returns the number of replacements.
std::size_t AppendWithReplacements(std::string_view text, std::string& out);

/// Decodes the code point that starts at text[offset], and advances offset past it. The text must
/// be valid.
char32_t NextCodePoint(std::string_view text, std::size_t& offset);

/// Appends the UTF-8 of a code point.
template <typename String>
void AppendUtf8(char32_t code_point, String& out) {
  const auto byte = [&out](char32_t value) { out.push_back(static_cast<char>(value)); };
  if (code_point < 0x80) {
    byte(code_point);
  } else if (code_point < 0x800) {
    byte(0xC0 | (code_point >> 6));
    byte(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    byte(0xE0 | (code_point >> 12));
    byte(0x80 | ((code_point >> 6) & 0x3F));
    byte(0x80 | (code_point & 0x3F));
  } else {
    byte(0xF0 | (code_point >> 18));
    byte(0x80 | ((code_point >> 12) & 0x3F));
    byte(0x80 | ((code_point >> 6) & 0x3F));
    byte(0x80 | (code_point & 0x3F));
  }
}

}  // namespace zipflens
