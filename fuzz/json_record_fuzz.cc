// One line of JSON Lines.
//
// Promise: the fast reader (simdjson) and the thorough one (nlohmann-json) give the same text and
// title, and a line that one reads and the other refuses does not exist. Nesting deeper than 256 is
// refused; memory is that of the line.
#include <optional>
#include <string>

#include "fuzz/fuzz_target.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/base/utf8.h"
#include "zipflens/corpus/json_record.h"
#include "zipflens/corpus/simd_json.h"

namespace zipflens::fuzz {
namespace {

// The text of a line, read with the reader of JSON of base/, or nullopt.
std::optional<std::string> TextByTree(std::string_view line) {
  const auto value = TryParseJson<nlohmann::json>(line);
  if (!value || !value->is_object()) return std::nullopt;
  const auto field = value->find("text");
  if (field == value->end() || !field->is_string()) return std::nullopt;
  return field->get<std::string>();
}

}  // namespace

FUZZ_TARGET(json_record) {
  std::string line;
  AppendWithReplacements(input, line);
  static SimdJson simd("text", "title");
  static const JsonRecordParser parser("text", "title");
  static const JsonRecordParser path_parser("a.b", "");
  std::string text, title, simd_text, simd_title;
  bool is_read = true;
  try {
    parser.Parse(line, text, title);
  } catch (const BadJson&) {
    is_read = false;
  }
  if (simd.Parse(line, simd_text, simd_title)) {
    FUZZ_REQUIRE(is_read);
    FUZZ_REQUIRE(simd_text == text && simd_title == title);
  }
  const auto by_tree = TextByTree(line);
  FUZZ_REQUIRE(by_tree.has_value() == is_read);
  if (is_read) FUZZ_REQUIRE(*by_tree == text);
  try {
    path_parser.Parse(line, text, title);
    FUZZ_REQUIRE(title.empty());
  } catch (const BadJson&) {
    FUZZ_REQUIRE(!simd.Parse("", text, title));
  }
  try {
    JsonRecordParser::Fields(line);
  } catch (const BadJson&) {
    FUZZ_REQUIRE(!is_read);
  }
}

}  // namespace zipflens::fuzz
