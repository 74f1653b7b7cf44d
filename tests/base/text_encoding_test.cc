// Utf8Text: other encodings are refused by name.
#include "zipflens/base/text_encoding.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/base/temporary_folder.h"

namespace zipflens {
namespace {

using std::string_literals::operator""s;

std::string ErrorOf(const std::string& bytes) {
  return MessageOf([&] { Utf8Text(bytes, "a.csv"); });
}

TEST(Utf8Text, PlainTextAndAByteOrderMark) {
  EXPECT_EQ(Utf8Text("", "a.csv"), "");
  EXPECT_EQ(Utf8Text("id\n", "a.csv"), "id\n");
  EXPECT_EQ(Utf8Text("\xEF\xBB\xBFid\n", "a.csv"), "id\n");
}

TEST(Utf8Text, OtherEncodingsAreNamed) {
  EXPECT_TRUE(ErrorOf("\xFF\xFEi\0"s)
                  .starts_with("a.csv: line 1, byte 0: found UTF-16 (little-endian), not UTF-8: "
                               "its byte order mark begins "
                               "with 0xFF; expected UTF-8 text"))
      << ErrorOf("\xFF\xFEi\0"s);
  EXPECT_NE(ErrorOf("\xFE\xFF\0i"s).find("UTF-16 (big-endian)"), std::string::npos);
  EXPECT_NE(ErrorOf("\xFF\xFE\0\0"s).find("UTF-32 (little-endian)"), std::string::npos);
  EXPECT_NE(ErrorOf("\0\0\xFE\xFF"s).find("UTF-32 (big-endian)"), std::string::npos);
  EXPECT_NE(ErrorOf("i\0d\0"s).find("UTF-16 or UTF-32 without"), std::string::npos);
  EXPECT_NE(ErrorOf("\0i\0d"s).find("line 1, byte 0: found byte 0x00"), std::string::npos);
}

TEST(Utf8Text, LineAndByteOfWhatIsNotUtf8) {
  EXPECT_TRUE(
      ErrorOf("id\n1,caf\xE9\n")
          .starts_with(
              "a.csv: line 2, byte 5: found byte 0xE9, which is not UTF-8; expected UTF-8"));
}

}  // namespace
}  // namespace zipflens
