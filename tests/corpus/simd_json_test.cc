// Compares the fast JSON parser with the plain one, on random and on damaged lines.
#include "zipflens/corpus/simd_json.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "zipflens/base/utf8.h"
#include "zipflens/corpus/json_record.h"

namespace zipflens {
namespace {

using TextAndTitle = std::pair<std::string, std::string>;

std::optional<TextAndTitle> Plain(const std::string& line, const std::string& text_field = "text",
                                  const std::string& title_field = "title") {
  TextAndTitle found;
  try {
    JsonRecordParser(text_field, title_field).Parse(line, found.first, found.second);
  } catch (const BadJson&) {
    return std::nullopt;
  }
  return found;
}

std::optional<TextAndTitle> Fast(const std::string& line, const std::string& text_field = "text",
                                 const std::string& title_field = "title") {
  TextAndTitle found;
  if (!SimdJson(text_field, title_field).Parse(line, found.first, found.second)) return {};
  return found;
}

template <typename T>
const T& Pick(std::mt19937& generator, const std::vector<T>& choices) {
  return choices[generator() % choices.size()];
}

std::string RandomString(std::mt19937& generator) {
  static const std::vector<std::string> kPieces = {"a",
                                                   "text",
                                                   " ",
                                                   "\xC3\xA9",
                                                   "\xF0\x9F\x98\x80",
                                                   "\\n",
                                                   "\\\"",
                                                   "\\\\",
                                                   "\\/",
                                                   "\\u00e9",
                                                   "\\u0000",
                                                   "\\ud83d\\ude00",
                                                   "\\ud83d",
                                                   "\\ude00",
                                                   "\\uD83d",
                                                   "\\ufeff",
                                                   "\\u12",
                                                   "\\x",
                                                   "\t",
                                                   "\x01",
                                                   "\x7F",
                                                   "{\\\"",
                                                   "}",
                                                   "[],:",
                                                   "\\b\\f\\r\\t",
                                                   "\xEF\xBF\xBF",
                                                   "long enough for vectors "};
  std::string string = "\"";
  const std::size_t num_pieces = generator() % 8;
  for (std::size_t i = 0; i < num_pieces; ++i) {
    // Pieces that are invalid in a string are rare.
    const std::string& piece = Pick(generator, kPieces);
    const bool is_wrong = piece == "\\u12" || piece == "\\x" || piece == "\t" || piece == "\x01" ||
                          piece.starts_with("\\ud83d") || piece.starts_with("\\uD83d") ||
                          piece == "\\ude00";
    if (!is_wrong || generator() % 20 == 0 || piece.size() == 12) string += piece;
  }
  return string + "\"";
}

std::string RandomValue(std::mt19937& generator, int depth) {
  static const std::vector<std::string> kScalars = {"null",
                                                    "true",
                                                    "false",
                                                    "0",
                                                    "-0",
                                                    "12",
                                                    "-1.5e3",
                                                    "1e308",
                                                    "1e999",
                                                    "18446744073709551615",
                                                    "18446744073709551616",
                                                    "-9223372036854775809",
                                                    "01",
                                                    "1.",
                                                    ".5",
                                                    "+1",
                                                    "NaN",
                                                    "nul",
                                                    "1E-400",
                                                    "123456789012345678901234567890.5"};
  const auto kind = generator() % (depth > 3 ? 6 : 9);
  if (kind < 4) return RandomString(generator);
  if (kind < 6) return Pick(generator, kScalars);
  std::string value = kind == 6 ? "[" : "{";
  const std::size_t num_members = generator() % 4;
  for (std::size_t i = 0; i < num_members; ++i) {
    if (i > 0) value += generator() % 2 == 0 ? "," : " , ";
    if (kind != 6) {
      static const std::vector<std::string> kNames = {"\"text\"",      "\"title\"",     "\"body\"",
                                                      "\"data\"",      "\"data.body\"", "\"\"",
                                                      "\"t\\u0065xt\""};
      value += Pick(generator, kNames) + ":";
    }
    value += RandomValue(generator, depth + 1);
  }
  return value + (kind == 6 ? "]" : "}");
}

std::string RandomLine(std::mt19937& generator) {
  std::string line = "{\"id\": 7, ";
  static const std::vector<std::string> kNames = {"text", "title", "data",  "data.body",
                                                  "body", "text",  "a.b.c", "a"};
  const std::size_t num_fields = 1 + generator() % 4;
  for (std::size_t i = 0; i < num_fields; ++i) {
    line += "\"" + Pick(generator, kNames) + "\": ";
    line += generator() % 2 == 0 ? RandomString(generator) : RandomValue(generator, 0);
    if (i + 1 < num_fields) line += ",";
  }
  return line + "}";
}

void Damage(std::mt19937& generator, std::string& line) {
  const std::size_t place = generator() % line.size();
  switch (generator() % 4) {
    case 0:
      line.erase(place, 1 + generator() % 3);
      break;
    case 1:
      line.insert(place, 1, "\"{}[]:,\\ 0tn\0\xEF"[generator() % 14]);
      break;
    case 2:
      line[place] = static_cast<char>(generator() % 128);
      break;
    default:
      line += line.substr(place);
  }
}

// If the fast parser accepts a line, its result is that of the plain parser.
TEST(SimdJson, RandomLinesAsThePlainWay) {
  std::mt19937 generator(11);
  const std::vector<std::string> fields = {"text", "data.body", "a.b.c",  "title",
                                           "data", "",          "missing"};
  std::size_t num_good = 0;
  std::size_t num_fast = 0;
  for (int i = 0; i < 120'000; ++i) {
    std::string line = RandomLine(generator);
    const std::size_t num_damages = generator() % 3 == 0 ? 1 + generator() % 3 : 0;
    for (std::size_t k = 0; k < num_damages && !line.empty(); ++k) Damage(generator, line);
    if (FirstInvalidUtf8(line) != line.size()) continue;
    const std::string& text_field = generator() % 2 == 0 ? fields[0] : Pick(generator, fields);
    const std::string& title_field = Pick(generator, fields);
    const auto expected = Plain(line, text_field, title_field);
    const auto found = Fast(line, text_field, title_field);
    num_good += expected.has_value() ? 1 : 0;
    if (!found) continue;
    ++num_fast;
    ASSERT_TRUE(expected.has_value()) << line;
    ASSERT_EQ(*found, *expected) << line;
  }
  EXPECT_GT(num_good, 10'000U);
  EXPECT_GT(num_fast, num_good / 2);
}

// One parser reads lines of any length in any order.
TEST(SimdJson, LinesOfEveryLength) {
  SimdJson fast("text", "title");
  for (const std::size_t size : {0, 1, 63, 64, 65, 10'000, 5, 1'000'000, 3, 4'000'000, 7}) {
    const std::string expected(size, 'x');
    std::string text;
    std::string title;
    ASSERT_TRUE(fast.Parse("{\"title\": \"t\", \"text\": \"" + expected + "\"}", text, title))
        << size;
    EXPECT_EQ(text, expected);
    EXPECT_EQ(title, "t");
  }
  std::string text = "kept";
  std::string title;
  EXPECT_FALSE(fast.Parse("{\"text\": \"" + std::string(5'000'000, 'x') + "\"}", text, title));
  EXPECT_EQ(text, "kept");
}

// Known answers from RFC 8259 and from this program's rules.
TEST(SimdJson, KnowsWhatToLeaveToThePlainWay) {
  EXPECT_EQ(Fast(R"({"text": "a", "text": "b"})"), TextAndTitle("b", ""));
  EXPECT_EQ(Fast(R"({"text": "a\u00e9\ud83d\ude00", "title": null})"),
            TextAndTitle("a\xC3\xA9\xF0\x9F\x98\x80", ""));
  EXPECT_EQ(Fast(R"({"data": {"body": "b"}})", "data.body"), TextAndTitle("b", ""));
  EXPECT_EQ(Fast(R"({"data": {"body": "b"}, "data.body": "whole"})", "data.body"),
            TextAndTitle("whole", ""));
  for (const char* line :
       {R"({"text": 5})", R"({"text": null})", R"({"body": "b"})", R"(["text"])", R"("text")", "",
        R"({"text": "a", "title": 5})", R"({"text": "\ud83d"})", R"({"text": "\ude00"})",
        R"({"text": "a"} {})", R"({"text": "a",})", R"({"text": "a", "x": 01})",
        R"({"text": "a", "x": 1e999})", "{\"text\": \"a\tb\"}", R"({"text": "cut)"}) {
    EXPECT_EQ(Fast(line), std::nullopt) << line;
  }
  const auto nested = [](std::size_t depth) {
    return "{\"text\": \"a\", \"x\": " + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(Fast(nested(100)));
  EXPECT_FALSE(Fast(nested(256)));
  EXPECT_FALSE(Fast(nested(100'000)));
}

}  // namespace
}  // namespace zipflens
