#include "zipflens/base/safe_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "zipflens/base/numbers.h"
#include "zipflens/base/utf8.h"

namespace zipflens {
namespace {

struct CodePoints {
  char32_t first;
  char32_t last;
};

// Unicode 15: general category Cc from U+007F, Zl and Zp, those of Cf that have no shape of their
// own, and the rest of Default_Ignorable_Code_Point's block of tags. In ascending order.
constexpr std::array kInvisible = {
    CodePoints{0x7F, 0x9F},        // DEL and C1: U+009B starts a terminal's command
    CodePoints{0xAD, 0xAD},        // soft hyphen
    CodePoints{0x61C, 0x61C},      // Arabic letter mark
    CodePoints{0x180B, 0x180F},    // Mongolian variation selectors and vowel separator
    CodePoints{0x200B, 0x200F},    // zero-width characters, direction marks
    CodePoints{0x2028, 0x202E},    // line and paragraph separator, embeddings and overrides
    CodePoints{0x2060, 0x206F},    // word joiner, invisible operators, isolates
    CodePoints{0xFEFF, 0xFEFF},    // byte order mark
    CodePoints{0xFFF0, 0xFFFB},    // interlinear annotation
    CodePoints{0xFFFE, 0xFFFF},    // no characters
    CodePoints{0x1BCA0, 0x1BCA3},  // shorthand format
    CodePoints{0x1D173, 0x1D17A},  // musical format
    CodePoints{0xE0000, 0xE0FFF},  // tags, variation selectors
};

bool IsInvisible(char32_t code_point) {
  const auto range = std::ranges::lower_bound(kInvisible, code_point, {}, &CodePoints::last);
  return range != kInvisible.end() && range->first <= code_point;
}

// What stands for the character, or the byte that is not UTF-8, at `offset`, which is advanced.
std::string NextShown(std::string_view text, std::size_t& offset) {
  constexpr std::size_t kLongestCharacter = 4;
  if (FirstInvalidUtf8(text.substr(offset, kLongestCharacter)) == 0) {
    return fmt::format("\\x{:02x}", ByteOf(text[offset++]));
  }
  const std::size_t begin = offset;
  const char32_t code_point = NextCodePoint(text, offset);
  if (code_point == '\n') return "\\n";
  if (code_point == '\r') return "\\r";
  if (code_point == '\t') return "\\t";
  const auto value = static_cast<unsigned>(code_point);
  if (value < 0x20) return fmt::format("\\x{:02x}", value);
  if (!IsInvisible(code_point)) return std::string(text.substr(begin, offset - begin));
  if (value <= 0xFFFF) return fmt::format("\\u{:04x}", value);
  const unsigned beyond = value - 0x10000;
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (beyond >> 10), 0xDC00 + (beyond & 0x3FF));
}

/// Control characters of ASCII and Latin-1, and the separators of lines and paragraphs.
bool IsControl(char32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x2028 ||
         code_point == 0x2029;
}

/// Characters that XML does not allow, and those that change the direction of the text after them.
bool IsUndrawable(char32_t code_point) {
  return code_point == 0xFFFE || code_point == 0xFFFF ||
         (code_point >= 0x202A && code_point <= 0x202E) ||
         (code_point >= 0x2066 && code_point <= 0x2069);
}

}  // namespace

std::string SafeText(std::string_view text, std::size_t longest) {
  std::string shown;
  for (std::size_t offset = 0; offset < text.size();) {
    const std::string next = NextShown(text, offset);
    if (next.size() > longest - shown.size()) {
      return shown + fmt::format("... ({} bytes)", text.size());
    }
    shown += next;
  }
  return shown;
}

std::string SafeLines(std::string_view text) {
  constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
  std::string shown;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    shown += SafeText(text.substr(begin, end - begin), kNoLimit);
    if (end < text.size()) shown += '\n';
    begin = end + 1;
  }
  return shown;
}

std::string OneLine(std::string_view text) {
  std::string valid;
  AppendWithReplacements(text, valid);
  std::string line;
  for (std::size_t offset = 0; offset < valid.size();) {
    const std::size_t begin = offset;
    const char32_t code_point = NextCodePoint(valid, offset);
    if (IsControl(code_point)) {
      line += ' ';
    } else if (IsUndrawable(code_point)) {
      line += "\uFFFD";
    } else {
      line.append(valid, begin, offset - begin);
    }
  }
  return line;
}

}  // namespace zipflens
