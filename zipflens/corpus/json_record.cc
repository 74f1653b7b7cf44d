#include "zipflens/corpus/json_record.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "zipflens/base/json_reader.h"
#include "zipflens/corpus/document_source.h"

namespace zipflens {
namespace {

using Json = nlohmann::ordered_json;

Json ParseObject(std::string_view line) {
  JsonProblem problem;
  std::optional<Json> object = TryParseJson<Json>(line, &problem);
  if (!object) throw BadJson{problem.place, problem.found};
  if (!object->is_object()) throw BadJson{"", fmt::format("a JSON {}", object->type_name())};
  return *std::move(object);
}

std::string Shown(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : JsonText(value);
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
