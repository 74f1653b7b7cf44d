#include "zipflens/base/text_encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "zipflens/base/error.h"
#include "zipflens/base/numbers.h"
#include "zipflens/base/utf8.h"

namespace zipflens {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr const char* kExpected =
    "UTF-8 text (a spreadsheet writes it as \"CSV UTF-8\"; iconv -t UTF-8 converts)";

struct Encoding {
  std::string_view mark;
  const char* name;
};
// The marks of UTF-32 begin with those of UTF-16.
constexpr std::array kOtherEncodings = {
    Encoding{"\xFF\xFE\0\0"sv, "UTF-32 (little-endian)"},
    Encoding{"\0\0\xFE\xFF"sv, "UTF-32 (big-endian)"},
    Encoding{"\xFF\xFE"sv, "UTF-16 (little-endian)"},
    Encoding{"\xFE\xFF"sv, "UTF-16 (big-endian)"},
};

}  // namespace

std::string_view Utf8Text(std::string_view bytes, const std::string& source) {
  for (const Encoding& encoding : kOtherEncodings) {
    if (!bytes.starts_with(encoding.mark)) continue;
    throw InputError(
        {.source = source,
         .place = "line 1, byte 0",
         .found = fmt::format("{}, not UTF-8: its byte order mark begins with 0x{:02X}",
                              encoding.name, ByteOf(bytes[0])),
         .expected = kExpected});
  }
  if (bytes.size() >= 2 && (bytes[0] == '\0') != (bytes[1] == '\0')) {
    throw InputError({.source = source,
                      .place = fmt::format("line 1, byte {}", bytes[0] == '\0' ? 0 : 1),
                      .found = "byte 0x00: UTF-16 or UTF-32 without a byte order mark, not UTF-8",
                      .expected = kExpected});
  }
  if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
  const std::size_t invalid = FirstInvalidUtf8(bytes);
  if (invalid == bytes.size()) return bytes;
  const std::string_view before = bytes.substr(0, invalid);
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  throw InputError(
      {.source = source,
       .place = fmt::format("line {}, byte {}", std::count(before.begin(), before.end(), '\n') + 1,
                            invalid - line_begin),
       .found = fmt::format("byte 0x{:02X}, which is not UTF-8", ByteOf(bytes[invalid])),
       .expected = kExpected});
}

}  // namespace zipflens
