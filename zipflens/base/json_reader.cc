#include "zipflens/base/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/base/mapped_file.h"

namespace zipflens {
namespace {

// nlohmann's parser would pass over it; Python's and that of the tokenizers package refuse it.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// nlohmann's message without its code and place: "syntax error while parsing value - ...".
std::string Sentence(const nlohmann::json::exception& error) {
  std::string_view message = error.what();
  const std::size_t end_of_code = message.find("] ");
  if (end_of_code != std::string_view::npos) message.remove_prefix(end_of_code + 2);
  const std::size_t end_of_place = message.find(": ");
  const bool has_place = message.starts_with("parse error at line");
  return std::string(has_place && end_of_place != std::string_view::npos
                         ? message.substr(end_of_place + 2)
                         : message);
}

// Refuses while the parser goes, before a value too deep or too large exists.
template <typename Json>
class Limits {
 public:
  bool operator()(int depth, typename Json::parse_event_t event, const Json&) {
    using Event = typename Json::parse_event_t;
    const bool opens = event == Event::object_start || event == Event::array_start;
    if (opens && depth >= kMaxJsonDepth) {
      throw JsonProblem{"", fmt::format("nesting deeper than {} levels", kMaxJsonDepth)};
    }
    const bool counts = opens || event == Event::key || event == Event::value;
    if (counts && ++num_values_ > kMaxJsonValues) {
      throw JsonProblem{"", fmt::format("more than {} values", kMaxJsonValues)};
    }
    return true;
  }

 private:
  std::size_t num_values_ = 0;
};

template <typename Json>
Json ParseOrThrow(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) throw JsonProblem{"byte 0", "a byte order mark"};
  // nlohmann's parser takes a NUL for the end of the text and passes over what follows it.
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos) throw JsonProblem{fmt::format("byte {}", nul), "a NUL byte"};
  try {
    return Json::parse(text, Limits<Json>());
  } catch (const typename Json::parse_error& error) {
    // The parser counts the bytes it has read, the one that it refuses included.
    throw JsonProblem{fmt::format("byte {}", std::max<std::size_t>(error.byte, 1) - 1),
                      Sentence(error)};
  } catch (const typename Json::exception& error) {
    throw JsonProblem{"", Sentence(error)};
  }
}

}  // namespace

template <typename Json>
std::optional<Json> TryParseJson(std::string_view text, JsonProblem* problem) {
  try {
    return ParseOrThrow<Json>(text);
  } catch (JsonProblem& found) {
    if (problem != nullptr) *problem = std::move(found);
    return std::nullopt;
  }
}

template <typename Json>
Json ParseJson(std::string_view text, const std::string& source, const std::string& place,
               const std::string& expected) {
  if (text.starts_with(kByteOrderMark)) {
    throw InputError({.source = source,
                      .place = place + (place.empty() ? "byte 0" : ", byte 0"),
                      .found = "a byte order mark",
                      .expected = "UTF-8 without one"});
  }
  JsonProblem problem;
  std::optional<Json> value = TryParseJson<Json>(text, &problem);
  if (value) return *std::move(value);
  const bool is_malformed = !problem.place.empty();
  const char* separator = place.empty() || !is_malformed ? "" : ", ";
  throw InputError({.source = source,
                    .place = place + separator + problem.place,
                    .found = text.empty()   ? "nothing"
                             : is_malformed ? "malformed JSON"
                                            : problem.found,
                    .expected = expected});
}

template <typename Json>
Json ReadJson(const std::filesystem::path& path, const std::string& expected) {
  const MappedFile file(path);
  return ParseJson<Json>(file.text(), path.string(), "", expected);
}

template <typename Json>
std::string DescribeJson(const Json& value) {
  constexpr std::size_t kLongestWhole = 60;
  std::string text = JsonText(value);
  const bool is_shown = !value.is_structured() || (!value.empty() && text.size() <= kLongestWhole);
  if (is_shown) return text;
  return value.is_object() ? "an object" : "an array";
}

template <typename Json>
std::string JsonText(const Json& value, int indent) {
  return value.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

#define ZIPFLENS_JSON_FUNCTIONS(Json)                                               \
  template std::optional<Json> TryParseJson(std::string_view, JsonProblem*);        \
  template Json ParseJson(std::string_view, const std::string&, const std::string&, \
                          const std::string&);                                      \
  template Json ReadJson(const std::filesystem::path&, const std::string&);         \
  template std::string DescribeJson(const Json&);                                   \
  template std::string JsonText(const Json&, int);
ZIPFLENS_JSON_FUNCTIONS(nlohmann::json)
ZIPFLENS_JSON_FUNCTIONS(nlohmann::ordered_json)
#undef ZIPFLENS_JSON_FUNCTIONS

}  // namespace zipflens
