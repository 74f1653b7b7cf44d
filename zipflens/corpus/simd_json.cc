#include "zipflens/corpus/simd_json.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

// The namespace simdjson has another name in this program: see cmake/SimdjsonSource.cmake.

namespace zipflens {
namespace {

namespace dom = simdjson::dom;

// Well below the depth that JsonRecordParser allows, because the two count levels differently.
constexpr std::size_t kMaxDepth = 200;
// simdjson allocates up to 14 times the bytes of a line and keeps that memory.
constexpr std::size_t kMaxLineBytes = std::size_t{1} << 22;

// Returns the value of the last field called `name`, or nullopt if there is none.
std::optional<dom::element> Find(const dom::element& object, std::string_view name) {
  std::optional<dom::element> found;
  dom::object fields;
  if (object.get(fields) != simdjson::SUCCESS) return found;
  for (const dom::key_value_pair& field : fields) {
    if (field.key == name) found = field.value;
  }
  return found;
}

// Returns the field with the whole name `path`, or else follows it as a path.
std::optional<dom::element> FindPath(const dom::element& object, std::string_view path) {
  std::optional<dom::element> found = Find(object, path);
  for (std::size_t dot = path.find('.'); !found && dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    if (const std::optional<dom::element> inner = Find(object, path.substr(0, dot))) {
      found = FindPath(*inner, path.substr(dot + 1));
    }
  }
  return found;
}

}  // namespace

struct SimdJson::Parser {
  dom::parser parser = dom::parser(kMaxLineBytes);
  std::vector<char> padded;  // the line, and the padding that simdjson reads
};

SimdJson::SimdJson(std::string text_field, std::string title_field)
    : parser_(std::make_unique<Parser>()),
      text_field_(std::move(text_field)),
      title_field_(std::move(title_field)) {}

SimdJson::~SimdJson() = default;

bool SimdJson::Parse(std::string_view line, std::string& text, std::string& title) {
  if (line.size() > kMaxLineBytes) return false;
  dom::parser& parser = parser_->parser;
  if (line.size() > parser.capacity() || parser.max_depth() != kMaxDepth) {
    const std::size_t capacity = std::max(line.size(), 2 * parser.capacity());
    if (parser.allocate(std::min(capacity, kMaxLineBytes), kMaxDepth) != simdjson::SUCCESS) {
      return false;
    }
  }
  std::vector<char>& padded = parser_->padded;
  if (padded.size() < line.size() + simdjson::SIMDJSON_PADDING) {
    padded.resize(parser.capacity() + simdjson::SIMDJSON_PADDING);
  }
  std::memcpy(padded.data(), line.data(), line.size());
  dom::element object;
  if (parser.parse(padded.data(), line.size(), /*realloc_if_needed=*/false).get(object) !=
      simdjson::SUCCESS) {
    return false;
  }
  const std::optional<dom::element> found = FindPath(object, text_field_);
  std::string_view found_text;
  if (!found || found->get(found_text) != simdjson::SUCCESS) return false;
  std::string_view found_title;
  if (!title_field_.empty()) {
    const std::optional<dom::element> titled = FindPath(object, title_field_);
    const bool has_title = titled && !titled->is_null();
    if (has_title && titled->get(found_title) != simdjson::SUCCESS) return false;
  }
  text.assign(found_text);
  title.assign(found_title);
  return true;
}

}  // namespace zipflens
