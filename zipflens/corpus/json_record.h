// One JSON object of a line: its text, its title, or all of it to be shown.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zipflens {

/// What is wrong with a line: "byte 12" or "field text", and the rest of the sentence.
struct BadJson {
  std::string place;  // within the line; may be empty
  std::string found;
};

/// Finds text and title in JSON objects. Thread-safe.
class JsonRecordParser {
 public:
  /// The fields may be paths: "data.body" is the field body of the object data, unless there is a
  /// field of that whole name. An empty title field: there are no titles.
  JsonRecordParser(std::string text_field, std::string title_field);

  /// Parses `line`, which must be UTF-8. A field that comes twice counts the last time, as in
  /// Python. Throws BadJson: not JSON, no object, nesting deeper than 256, no such field, a text
  /// that is no string. A title that is no string is given as JSON, null or none as "".
  void Parse(std::string_view line, std::string& text, std::string& title) const;

  /// All fields in order, to be shown: values that are no strings as JSON, cut after 100,000 bytes.
  /// If there are more than 10,000 fields, the last is "..." and says how many more. Throws
  /// BadJson.
  static std::vector<std::pair<std::string, std::string>> Fields(std::string_view line);

 private:
  std::string text_field_;
  std::string title_field_;
};

}  // namespace zipflens
