// Parses the JSON object of a line: its text and title, or all fields for display.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zipflens {

/// What is wrong with a line: the place ("byte 12" or "field text") and the rest of the sentence.
struct BadJson {
  std::string place;  // within the line; may be empty
  std::string found;
};

/// Finds the text and the title of JSON objects. Thread-safe.
class JsonRecordParser {
 public:
  /// The fields may be paths: "data.body" is the field "body" of the object "data", unless a field
  /// has the whole name "data.body". If `title_field` is empty, no titles are read.
  JsonRecordParser(std::string text_field, std::string title_field);

  /// Parses `line`, which must be UTF-8. If a field is repeated, the last one counts, as in Python.
  /// A title that is not a string is returned as JSON; a missing or null title is returned as "".
  /// Throws BadJson if `line` is not JSON, not an object or nested deeper than 256, or if the text
  /// field is missing or not a string.
  void Parse(std::string_view line, std::string& text, std::string& title) const;

  /// Returns all fields in order, for display. Values that are not strings are JSON, and values are
  /// cut after 100,000 bytes. If there are more than 10,000 fields, the last returned field is
  /// "..." with the number of omitted fields. Throws BadJson.
  static std::vector<std::pair<std::string, std::string>> Fields(std::string_view line);

 private:
  std::string text_field_;
  std::string title_field_;
};

}  // namespace zipflens
