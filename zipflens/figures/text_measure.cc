#include "zipflens/figures/text_measure.h"

#include <array>
#include <cstdint>

#include "zipflens/base/numbers.h"
#include "zipflens/base/utf8.h"

namespace zipflens {
namespace {

constexpr double kSlack = 1.2;
constexpr const char* kEllipsis = "\u2026";
constexpr const char* kReplacement = "\uFFFD";

// Advance widths of U+0020..U+007E in thousandths of the type size.
constexpr std::array<std::uint16_t, 95> kAdvances = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};

double Advance(char32_t code_point) {
  if (code_point >= 0x20 && code_point < 0x7F) return kAdvances[code_point - 0x20] / 1000.0;
  if (code_point == 0x2212) return 0.7;  // the minus sign
  return code_point < 0x1100 || (code_point >= 0x2000 && code_point < 0x2E80) ? 0.6 : 1.0;
}

/// Control characters of ASCII and Latin-1, and the separators of lines and paragraphs.
bool IsControl(char32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x2028 ||
         code_point == 0x2029;
}

/// Characters that XML does not allow (U+FFFE, U+FFFF), and those that change the direction of the
/// text after them.
bool IsUndrawable(char32_t code_point) {
  return code_point == 0xFFFE || code_point == 0xFFFF ||
         (code_point >= 0x202A && code_point <= 0x202E) ||
         (code_point >= 0x2066 && code_point <= 0x2069);
}

/// Drops whole characters from the end until `text` and an ellipsis fit.
std::string CutToWidth(std::string text, double points, double width) {
  while (!text.empty() && TextWidth(text + kEllipsis, points) > width) {
    while (text.size() > 1 && (ByteOf(text.back()) & 0xC0) == 0x80) {
      text.pop_back();
    }
    text.pop_back();
  }
  return text + kEllipsis;
}

}  // namespace

double TextWidth(std::string_view text, double points) {
  double ems = 0;
  for (std::size_t offset = 0; offset < text.size();) ems += Advance(NextCodePoint(text, offset));
  return ems * points * kMillimetresPerPoint * kSlack;
}

std::vector<std::string> WrapText(std::string_view text, double points, double width,
                                  std::size_t max_lines) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string longer =
        line + (line.empty() ? "" : " ") + std::string(text.substr(begin, end - begin));
    if (line.empty() || TextWidth(longer, points) <= width) {
      line = longer;
      begin = end + 1;
      continue;
    }
    if (lines.size() + 1 == max_lines) {
      lines.push_back(CutToWidth(longer, points, width));
      return lines;
    }
    lines.push_back(line);
    line.clear();
  }
  if (!line.empty()) lines.push_back(line);
  for (std::string& whole : lines) {
    if (TextWidth(whole, points) > width) whole = CutToWidth(whole, points, width);
  }
  return lines;
}

std::string OneLine(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t valid = FirstInvalidUtf8(text);
    for (std::size_t offset = 0; offset < valid;) {
      const std::size_t begin = offset;
      const char32_t code_point = NextCodePoint(text, offset);
      if (IsControl(code_point)) {
        clean += ' ';
      } else if (IsUndrawable(code_point)) {
        clean += kReplacement;
      } else {
        clean += text.substr(begin, offset - begin);
      }
    }
    if (valid == text.size()) break;
    clean += kReplacement;
    text.remove_prefix(valid + 1);
  }
  return clean;
}

}  // namespace zipflens
