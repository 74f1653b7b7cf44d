// JsonEvents: the parts of one JSON text, one after another, without a tree in memory. Includes
// nlohmann-json: for .cc files only.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "zipflens/corpus/json_record.h"

namespace zipflens {

/// Takes the events of a JSON text in its order. Memory: what the class that derives keeps, and the
/// longest string.
class JsonEvents {
 public:
  virtual ~JsonEvents() = default;

  /// Parses `text`, which must be UTF-8. Throws BadJson: not JSON, nesting deeper than 256.
  void Parse(std::string_view text);

 protected:
  /// Null, true, false or a number.
  virtual void OnScalar(const nlohmann::json& value) = 0;
  virtual void OnString(std::string& value) = 0;
  virtual void OnKey(std::string& name) = 0;
  virtual void OnBegin(bool is_object) = 0;
  virtual void OnEnd(bool is_object) = 0;

  /// Objects and arrays that are open; OnBegin and OnEnd are called inside.
  std::size_t depth() const { return depth_; }

 private:
  class Sax;
  std::size_t depth_ = 0;
};

/// Writes JSON without white space, event by event.
class JsonWriter {
 public:
  void Scalar(const nlohmann::json& value) { Put(value.dump()); }
  void String(const std::string& value) { Put(nlohmann::json(value).dump()); }
  void Key(const std::string& name);
  void Begin(bool is_object);
  void End(bool is_object);
  std::size_t size() const { return text_.size(); }
  /// Returns what was written and starts again.
  std::string Take();

 private:
  void Put(std::string_view value);

  std::string text_;
  bool needs_comma_ = false;
};

/// At most `max_bytes` of a text, up to the end of a character, and "..." if more was there.
std::string CutText(std::string_view text, std::size_t max_bytes);

}  // namespace zipflens
