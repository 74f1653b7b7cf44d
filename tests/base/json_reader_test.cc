// The one reader of JSON: its limits, its errors, and values as text.
#include "zipflens/base/json_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/base/temporary_folder.h"
#include "zipflens/base/json_field.h"

namespace zipflens {
namespace {

std::string Nested(std::size_t depth, const std::string& open, const std::string& close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  if (open != "[") text += "1";
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

std::string ErrorOf(const std::string& text) {
  return MessageOf([&] { ParseJson(text, "file", "", "an object"); });
}

TEST(JsonReader, DepthIsLimited) {
  for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
    EXPECT_TRUE(TryParseJson<nlohmann::json>(Nested(256, open, close)).has_value());
    for (const std::size_t depth : {257, 100'000, 1'000'000}) {
      EXPECT_EQ(ErrorOf(Nested(depth, open, close)),
                "file: found nesting deeper than 256 levels; expected an object");
    }
    EXPECT_FALSE(TryParseJson<nlohmann::ordered_json>(Nested(1'000'000, open, "")).has_value());
  }
}

TEST(JsonReader, NumberOfValuesIsLimited) {
  std::string text = "[";
  for (std::size_t i = 0; i < kMaxJsonValues; ++i) text += "1,";
  EXPECT_EQ(ErrorOf(text + "1]"), "file: found more than 10000000 values; expected an object");
}

TEST(JsonReader, EveryExceptionOfTheParserIsAnInputError) {
  EXPECT_EQ(ErrorOf("{\"a\": 1e400}"),
            "file: found number overflow parsing '1e400'; expected an object");
  EXPECT_EQ(ErrorOf("{\"a\" 1}"), "file: byte 5: found malformed JSON; expected an object");
  EXPECT_EQ(ErrorOf("{\"a\xFF\": 1}"), "file: byte 3: found malformed JSON; expected an object");
  EXPECT_EQ(ErrorOf("\"\\ud800\""), "file: byte 7: found malformed JSON; expected an object");
  EXPECT_EQ(ErrorOf(""), "file: byte 0: found nothing; expected an object");
  EXPECT_LT(ErrorOf("[1" + std::string(100'000, '0') + "]").size(), 1200U);
}

TEST(JsonReader, TextAfterANulIsNotPassedOver) {
  using namespace std::string_literals;
  for (const std::string& text : {"{}\0"s, "{}\0[1]"s, "{\0}"s, "{\"a\":\"\0\"}"s, "\0"s}) {
    EXPECT_EQ(ErrorOf(text), "file: byte " + std::to_string(text.find('\0')) +
                                 ": found malformed JSON; expected an object");
  }
}

TEST(JsonReader, FilesAndPlacesAreNamed) {
  const TemporaryFolder folder;
  const auto path = folder.Write("a.json", "[1, 2");
  EXPECT_EQ(MessageOf([&] { ReadJson(path); }),
            path.string() + ": byte 5: found malformed JSON; expected a JSON object");
  EXPECT_EQ(MessageOf([] { ParseJson("x", "file", "header", "tensors"); }),
            "file: header, byte 0: found malformed JSON; expected tensors");
  EXPECT_EQ(ReadJson(folder.Write("b.json", "[1, 2]")).size(), 2U);
}

TEST(JsonReader, DescriptionsAreShort) {
  const auto description = [](const std::string& text) {
    return DescribeJson(nlohmann::json::parse(text));
  };
  EXPECT_EQ(description("[]"), "an array");
  EXPECT_EQ(description("{}"), "an object");
  EXPECT_EQ(description("[1, \"a\"]"), "[1,\"a\"]");
  EXPECT_EQ(description("[" + std::string(100, ' ') + Nested(50, "[", "]") + "]"), "an array");
  EXPECT_EQ(description("null"), "null");
  EXPECT_EQ(description("\"a\\u0000\""), "\"a\\u0000\"");
}

TEST(JsonReader, TextThatIsNotUtf8IsPrintedAllTheSame) {
  EXPECT_EQ(JsonText(nlohmann::json{{"path", "a\xFF"}}), "{\"path\":\"a\xEF\xBF\xBD\"}");
}

TEST(JsonFields, TypesAreChecked) {
  const std::filesystem::path path = "file";
  const nlohmann::json json = nlohmann::json::parse(
      R"({"counts": [1, 2], "minus": [1, -2], "half": [1.5], "large": [9223372036854775808]})");
  const JsonField root(json, path);
  EXPECT_EQ(root.Member("counts").Counts(), (std::vector<std::uint64_t>{1, 2}));
  for (const char* name : {"minus", "half", "large"}) {
    EXPECT_TRUE(MessageOf([&] {
                  root.Member(name).Counts();
                }).ends_with("expected a whole number, 0 or more"));
  }
  EXPECT_EQ(MessageOf([&] { root.Counts(); }).substr(0, 11), "file: found");
}

}  // namespace
}  // namespace zipflens
