// The one way in which JSON from outside is read, and in which JSON is printed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace zipflens {

/// Deepest nesting that is read. nlohmann::json copies, compares and prints values recursively.
inline constexpr int kMaxJsonDepth = 256;

/// Most values (fields, elements and what they hold) that one text may have: about 1 GB.
inline constexpr std::size_t kMaxJsonValues = 10'000'000;

/// Why a text was not read.
struct JsonProblem {
  std::string place;  // "byte 12", counted from 0; empty if the text as a whole is meant
  std::string found;  // "syntax error while parsing value - ...", "nesting deeper than 256 levels"
};

/// The value that `text` holds, or nullopt and `problem`: malformed, not UTF-8, a number beyond
/// double, nesting deeper than kMaxJsonDepth, more than kMaxJsonValues values. Of fields of one
/// name the last counts. Defined for nlohmann::json and ordered_json.
template <typename Json>
std::optional<Json> TryParseJson(std::string_view text, JsonProblem* problem = nullptr);

/// The same; throws InputError with `source`, and `place` before the problem's own.
template <typename Json = nlohmann::json>
Json ParseJson(std::string_view text, const std::string& source, const std::string& place,
               const std::string& expected);

/// A whole file. Throws InputError: MappedFile's, ParseJson's.
template <typename Json = nlohmann::json>
Json ReadJson(const std::filesystem::path& path, const std::string& expected = "a JSON object");

/// A value in a few words, for messages: JSON, or "an object" or "an array" if such is empty or
/// long. InputError escapes it, and cuts a long string.
template <typename Json>
std::string DescribeJson(const Json& value);

/// The value as text; `indent` spaces a level, or one line if negative. Strings that are not UTF-8
/// (file names) get U+FFFD where dump() would throw.
template <typename Json>
std::string JsonText(const Json& value, int indent = -1);

}  // namespace zipflens
