// SimdJson: reads the text and the title of a line's JSON object with simdjson, if the line is not
// unusual.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace zipflens {

/// The fast alternative to JsonRecordParser. Not thread-safe.
class SimdJson {
 public:
  /// The fields have the meaning that they have for JsonRecordParser.
  SimdJson(std::string text_field, std::string title_field);
  ~SimdJson();
  SimdJson(const SimdJson&) = delete;
  SimdJson& operator=(const SimdJson&) = delete;

  /// Sets `text` and `title` to what JsonRecordParser would set. Returns false, and leaves the line
  /// to JsonRecordParser, if the line is not JSON or not an object, a field is missing, the text is
  /// not a string, the title is neither a string nor null, a number exceeds 64 bits, the nesting is
  /// deep, or the line is longer than 4 MB. Checks the whole line. `line` must be UTF-8.
  bool Parse(std::string_view line, std::string& text, std::string& title);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  std::string text_field_;
  std::string title_field_;
};

}  // namespace zipflens
