// SimdJson: text and title of a line's JSON object by simdjson, where nothing about it is unusual.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace zipflens {

/// The fast way beside JsonRecordParser's plain one. Not thread-safe.
class SimdJson {
 public:
  /// Fields as JsonRecordParser has them.
  SimdJson(std::string text_field, std::string title_field);
  ~SimdJson();
  SimdJson(const SimdJson&) = delete;
  SimdJson& operator=(const SimdJson&) = delete;

  /// Sets text and title, to what the plain way would; or returns false, and leaves it to that: a
  /// line that is not JSON or no object, no such field, a text that is no string, a title that is
  /// neither string nor null, numbers beyond 64 bits, deep nesting, a line of more than 4 MB. The
  /// whole line is checked. `line` must be UTF-8.
  bool Parse(std::string_view line, std::string& text, std::string& title);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  std::string text_field_;
  std::string title_field_;
};

}  // namespace zipflens
