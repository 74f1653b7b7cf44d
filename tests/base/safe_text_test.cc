// SafeText: what may not reach a terminal does not, and what may stays.
#include "zipflens/base/safe_text.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "zipflens/base/error.h"
#include "zipflens/base/utf8.h"

namespace zipflens {
namespace {

using std::string_literals::operator""s;

TEST(SafeText, PlainTextStays) {
  for (const char* text :
       {"", "model.safetensors", "C:\\temp", "\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80"}) {
    EXPECT_EQ(SafeText(text), text);
  }
}

TEST(SafeText, ControlCharactersBecomeText) {
  EXPECT_EQ(SafeText("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(SafeText("a\0b"s), "a\\x00b");
  EXPECT_EQ(SafeText("a\nb\rc\td"), "a\\nb\\rc\\td");
  EXPECT_EQ(SafeText("\x7F \xC2\x9B"), "\\u007f \\u009b");            // DEL, CSI
  EXPECT_EQ(SafeText("\xE2\x80\xAE\xE2\x81\xA6"), "\\u202e\\u2066");  // override, isolate
  EXPECT_EQ(SafeText("\xE2\x80\xA8\xE2\x80\xA9"), "\\u2028\\u2029");  // separators
  EXPECT_EQ(SafeText("\xE2\x80\x8B\xEF\xBB\xBF"), "\\u200b\\ufeff");  // zero width
  EXPECT_EQ(SafeText("\xF3\xA0\x81\x81"), "\\udb40\\udc41");          // tag letter A
}

TEST(SafeText, BytesThatAreNotUtf8BecomeText) {
  EXPECT_EQ(SafeText("a\xFF\xC3"), "a\\xff\\xc3");
  EXPECT_EQ(SafeText("\xED\xA0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(SafeText("\xC0\x9B"), "\\xc0\\x9b");           // an overlong form
}

TEST(SafeText, CutsBetweenCharacters) {
  EXPECT_EQ(SafeText("abcdef", 6), "abcdef");
  EXPECT_EQ(SafeText("abcdef", 5), "abcde... (6 bytes)");
  EXPECT_EQ(SafeText("ab\xC3\xA9", 3), "ab... (4 bytes)");
  EXPECT_EQ(SafeText("ab\x1b", 5), "ab... (3 bytes)");
  EXPECT_EQ(SafeText(std::string(5'000'000, 'x')).size(),
            kLongestShownText + std::string("... (5000000 bytes)").size());
}

TEST(SafeText, RandomBytesBecomeOneLineOfPrintableUtf8) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto i = random() % 40; i > 0; --i) {
      if (random() % 2 == 0) {
        text += static_cast<char>(random());
      } else {
        const auto code_point = static_cast<char32_t>(random() % 0x3000);
        if (code_point < 0xD800 || code_point > 0xDFFF) AppendUtf8(code_point, text);
      }
    }
    const std::string shown = SafeText(text);
    ASSERT_EQ(FirstInvalidUtf8(shown), shown.size()) << shown;
    for (std::size_t offset = 0; offset < shown.size();) {
      const char32_t code_point = NextCodePoint(shown, offset);
      ASSERT_TRUE(code_point >= 0x20 && (code_point < 0x7F || code_point > 0x9F)) << shown;
      ASSERT_TRUE(code_point < 0x200B || code_point > 0x200F) << shown;
      ASSERT_TRUE(code_point < 0x2028 || code_point > 0x202E) << shown;
    }
    ASSERT_EQ(SafeText(shown), shown);
  }
}

TEST(SafeLines, LineFeedsStay) {
  EXPECT_EQ(SafeLines("a\x1b\n\nb\r\n"), "a\\x1b\n\nb\\r\n");
  EXPECT_EQ(SafeLines(""), "");
  EXPECT_EQ(SafeLines("\n"), "\n");
}

TEST(InputErrors, EveryPartIsSafeAndLeavesRoomForTheOthers) {
  const InputError error({.source = "a\nb\x1b",
                          .place = "tensor \xFF",
                          .found = std::string(1'000'000, '\0'),
                          .expected = "text"});
  const std::string message = error.what();
  EXPECT_TRUE(message.starts_with("a\\nb\\x1b: tensor \\xff: found \\x00\\x00")) << message;
  EXPECT_TRUE(message.ends_with("... (1000000 bytes); expected text")) << message;
  EXPECT_LT(message.size(), 2 * kLongestShownText);
}

}  // namespace
}  // namespace zipflens
