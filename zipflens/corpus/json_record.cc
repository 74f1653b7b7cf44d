#include "zipflens/corpus/json_record.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <nlohmann/json.hpp>

#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/line_reader.h"

namespace zipflens {
namespace {

using Json = nlohmann::ordered_json;
using simdjson::dom::element;
using simdjson::dom::element_type;

static_assert(LineReader::kPadding >= simdjson::SIMDJSON_PADDING);

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

// The slow and talkative parser.
Json ParseCarefully(std::string_view line) {
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

/// A look at an object of either parser: the value of its last field of a name, if there is one.
const Json* Find(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto field = object.find(name);
  return field == object.end() ? nullptr : &*field;
}

std::optional<element> Find(const element& object, std::string_view name) {
  if (!object.is_object()) return std::nullopt;
  std::optional<element> found;
  for (const auto field : simdjson::dom::object(object)) {
    if (field.key == name) found = field.value;
  }
  return found;
}

// Follows a path where there is no field of that whole name.
template <typename Object>
auto FindPath(const Object& object, std::string_view path) -> decltype(Find(object, path)) {
  auto found = Find(object, path);
  for (std::size_t dot = path.find('.'); !found && dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    if (const auto inner = Find(object, path.substr(0, dot))) {
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

struct JsonRecordParser::Simdjson {
  simdjson::dom::parser parser;
};

JsonRecordParser::JsonRecordParser(std::string text_field, std::string title_field)
    : simdjson_(std::make_unique<Simdjson>()),
      text_field_(std::move(text_field)),
      title_field_(std::move(title_field)) {
  constexpr std::size_t kFirstCapacity = std::size_t{1} << 16;
  const auto error = simdjson_->parser.allocate(kFirstCapacity, kMaxDepth);
  if (error != simdjson::SUCCESS) throw std::bad_alloc();
}

JsonRecordParser::~JsonRecordParser() = default;

void JsonRecordParser::Parse(std::string_view line, std::string& text, std::string& title) {
  element object;
  const auto error =
      simdjson_->parser.parse(line.data(), line.size(), /*realloc_if_needed=*/false).get(object);
  if (error == simdjson::MEMALLOC) throw std::bad_alloc();
  if (error == simdjson::SUCCESS) {
    const auto found = FindPath(object, text_field_);
    if (found && found->is_string()) {
      text.assign(std::string_view(*found));
      const auto titled = FindPath(object, title_field_);
      if (!titled || titled->is_null()) {
        title.clear();
      } else if (titled->is_string()) {
        title.assign(std::string_view(*titled));
      } else {
        title = simdjson::minify(*titled);
      }
      return;
    }
  }
  const Json careful = ParseCarefully(line);
  const Json* const found = FindPath(careful, text_field_);
  if (found == nullptr) {
    throw BadJson{"",
                  fmt::format("no field \"{}\" among: {}", text_field_, NamesOfFields(careful))};
  }
  if (!found->is_string()) {
    throw BadJson{fmt::format("field {}", text_field_),
                  found->is_null() ? "null" : fmt::format("a JSON {}", found->type_name())};
  }
  text = found->get_ref<const std::string&>();
  const Json* const titled = FindPath(careful, title_field_);
  title = titled == nullptr ? "" : Shown(*titled);
}

std::vector<std::pair<std::string, std::string>> JsonRecordParser::Fields(std::string_view line) {
  const Json object = ParseCarefully(line);
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& field : object.items()) {
    fields.emplace_back(field.key(), field.value().is_null() ? "null" : Shown(field.value()));
  }
  return fields;
}

}  // namespace zipflens
