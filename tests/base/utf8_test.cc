// Examples from the Unicode standard (15.0, tables 3-7 to 3-11). utf8_against_python_test.py
// compares the same functions with Python's decoder.
#include "zipflens/base/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace zipflens {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, FindsTheFirstInvalidByte) {
  EXPECT_EQ(FirstInvalidUtf8(""), 0U);
  EXPECT_EQ(FirstInvalidUtf8("plain"), 5U);
  EXPECT_EQ(FirstInvalidUtf8("\0"sv), 1U);
  EXPECT_EQ(FirstInvalidUtf8("\xC3\xA9"), 2U);
  EXPECT_EQ(FirstInvalidUtf8("abc\x80"), 3U) << "a continuation byte alone";
  EXPECT_EQ(FirstInvalidUtf8("ab\xC0\xAF"), 2U) << "an overlong slash (table 3-8)";
  EXPECT_EQ(FirstInvalidUtf8("a\xED\xA0\x80"), 1U) << "a surrogate (table 3-9)";
  EXPECT_EQ(FirstInvalidUtf8("\xF4\x90\x80\x80"), 0U) << "beyond U+10FFFF (table 3-10)";
  EXPECT_EQ(FirstInvalidUtf8("ab\xE1\x80"), 2U) << "a truncated sequence (table 3-11)";
}

TEST(Utf8, SeesABadByteAtEveryDistanceFromAWordBoundary) {
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t bad = 0; bad < length; ++bad) {
      std::string text(length, 'x');
      text[bad] = '\xFF';
      EXPECT_EQ(FirstInvalidUtf8(text), bad) << "length " << length;
    }
  }
}

TEST(Utf8, EncodesAndDecodesEveryScalarValue) {
  std::string text;
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    text.clear();
    AppendUtf8(code_point, text);
    ASSERT_EQ(FirstInvalidUtf8(text), text.size())
        << "U+" << std::hex << static_cast<unsigned>(code_point);
    std::size_t offset = 0;
    ASSERT_EQ(NextCodePoint(text, offset), code_point);
    ASSERT_EQ(offset, text.size());
  }
}

TEST(Utf8, DecodesTheStandardsExample) {
  const std::string text = "\x4D\xD0\xB0\xE4\xBA\x8C\xF0\x90\x8C\x82";  // table 3-3
  std::vector<char32_t> code_points;
  for (std::size_t offset = 0; offset < text.size();) {
    code_points.push_back(NextCodePoint(text, offset));
  }
  EXPECT_EQ(code_points, (std::vector<char32_t>{0x004D, 0x0430, 0x4E8C, 0x10302}));
}

}  // namespace
}  // namespace zipflens
