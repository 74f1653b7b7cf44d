#include "zipflens/corpus/json_record.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "zipflens/corpus/document_source.h"

namespace zipflens {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxDepth = 256;  // nlohmann copies and prints nested values recursively

// nlohmann's message without its code and place: "syntax error while parsing value - ...".
std::string Sentence(const Json::exception& error) {
  std::string_view message = error.what();
  const std::size_t end_of_code = message.find("] ");
  if (end_of_code != std::string_view::npos) message.remove_prefix(end_of_code + 2);
  const std::size_t end_of_place = message.find(": ");
  const bool has_place = message.starts_with("parse error at line");
  return std::string(has_place && end_of_place != std::string_view::npos
                         ? message.substr(end_of_place + 2)
                         : message);
}

Json ParseObject(std::string_view line) {
  const auto refuse_depth = [](int depth, Json::parse_event_t event, const Json&) {
    const bool opens =
        event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    if (opens && depth >= static_cast<int>(kMaxDepth)) {
      throw BadJson{"", fmt::format("nesting deeper than {} levels", kMaxDepth)};
    }
    return true;
  };
  Json object;
  try {
    object = Json::parse(line, refuse_depth);
  } catch (const Json::parse_error& error) {
    throw BadJson{fmt::format("byte {}", error.byte - 1), Sentence(error)};
  } catch (const Json::exception& error) {
    throw BadJson{"", Sentence(error)};
  }
  if (!object.is_object()) throw BadJson{"", fmt::format("a JSON {}", object.type_name())};
  return object;
}

std::string Shown(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// The value of an object's last field of a name, if there is one.
const Json* Find(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto field = object.find(name);
  return field == object.end() ? nullptr : &*field;
}

// Follows a path where there is no field of that whole name.
const Json* FindPath(const Json& object, std::string_view path) {
  const Json* found = Find(object, path);
  for (std::size_t dot = path.find('.'); found == nullptr && dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    if (const Json* const inner = Find(object, path.substr(0, dot))) {
      found = FindPath(*inner, path.substr(dot + 1));
    }
  }
  return found;
}

std::string NamesOfFields(const Json& object) {
  std::vector<std::string> names;
  for (const auto& field : object.items()) names.push_back(field.key());
  return ListNames(names);
}

}  // namespace

JsonRecordParser::JsonRecordParser(std::string text_field, std::string title_field)
    : text_field_(std::move(text_field)), title_field_(std::move(title_field)) {}

void JsonRecordParser::Parse(std::string_view line, std::string& text, std::string& title) const {
  const Json object = ParseObject(line);
  const Json* const found = FindPath(object, text_field_);
  if (found == nullptr) {
    throw BadJson{"", fmt::format("no field \"{}\" among: {}", text_field_, NamesOfFields(object))};
  }
  if (!found->is_string()) {
    throw BadJson{fmt::format("field {}", text_field_),
                  found->is_null() ? "null" : fmt::format("a JSON {}", found->type_name())};
  }
  text = found->get_ref<const std::string&>();
  const Json* const titled = title_field_.empty() ? nullptr : FindPath(object, title_field_);
  title = titled == nullptr ? "" : Shown(*titled);
}

std::vector<std::pair<std::string, std::string>> JsonRecordParser::Fields(std::string_view line) {
  const Json object = ParseObject(line);
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& field : object.items()) {
    fields.emplace_back(field.key(), field.value().is_null() ? "null" : Shown(field.value()));
  }
  return fields;
}

}  // namespace zipflens
