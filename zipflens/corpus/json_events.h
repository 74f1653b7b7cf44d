// JsonEvents: parses one JSON text as a sequence of events, without a tree in memory. It includes
// nlohmann-json, so include it only in .cc files.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "zipflens/corpus/json_record.h"

namespace zipflens {

/// Receives the events of a JSON text in the order of the text. The memory is that of the longest
/// string and of what the derived class keeps.
class JsonEvents {
 public:
  virtual ~JsonEvents() = default;

  /// Parses `text`, which must be UTF-8. Throws BadJson if it is not JSON or is nested deeper than
  /// 256.
  void Parse(std::string_view text);

 protected:
  /// Called for null, true, false and numbers.
  virtual void OnScalar(const nlohmann::json& value) = 0;
  virtual void OnString(std::string& value) = 0;
  virtual void OnKey(std::string& name) = 0;
  virtual void OnBegin(bool is_object) = 0;
  virtual void OnEnd(bool is_object) = 0;

  /// The number of open objects and arrays. It includes the new one in OnBegin and the one that
  /// ends in OnEnd.
  std::size_t depth() const { return depth_; }

 private:
  class Sax;
  std::size_t depth_ = 0;
};

/// Writes JSON without white space, one event at a time.
class JsonWriter {
 public:
  void Scalar(const nlohmann::json& value) { Put(value.dump()); }
  void String(const std::string& value) { Put(nlohmann::json(value).dump()); }
  void Key(const std::string& name);
  void Begin(bool is_object);
  void End(bool is_object);
  std::size_t size() const { return text_.size(); }
  /// Returns the text written so far and clears the writer.
  std::string Take();

 private:
  void Put(std::string_view value);

  std::string text_;
  bool needs_comma_ = false;
};

/// Returns `text` if it has at most `max_bytes` bytes. Otherwise returns its first whole
/// characters, at most `max_bytes` bytes, followed by "...".
std::string CutText(std::string_view text, std::size_t max_bytes);

}  // namespace zipflens
