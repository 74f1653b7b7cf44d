#include "zipflens/corpus/card_yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

using Json = nlohmann::json;

// These limits bound the size of a value after its aliases are expanded.
constexpr int kDeepest = 32;
constexpr std::size_t kMostNodes = 1'000'000;

// The largest YAML text that is parsed, in bytes: yaml-cpp needs about a hundred times as much
// memory.
constexpr std::size_t kLongestYaml = std::size_t{4} << 20;

template <std::size_t kCount>
bool IsOneOf(const std::string& text, const std::array<std::string_view, kCount>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// Follows YAML 1.1, as PyYAML does. Quoted scalars have the tag "!".
Json ScalarToJson(const YAML::Node& node) {
  static constexpr std::array<std::string_view, 9> kTrue = {"true", "True", "TRUE", "yes", "Yes",
                                                            "YES",  "on",   "On",   "ON"};
  static constexpr std::array<std::string_view, 9> kFalse = {"false", "False", "FALSE", "no", "No",
                                                             "NO",    "off",   "Off",   "OFF"};
  static constexpr std::array<std::string_view, 4> kNull = {"null", "Null", "NULL", "~"};
  std::string text = node.Scalar();
  if (node.Tag() == "!") return text;
  if (IsOneOf(text, kTrue)) return true;
  if (IsOneOf(text, kFalse)) return false;
  if (text.empty() || IsOneOf(text, kNull)) return nullptr;
  return text;
}

Json ToJson(const YAML::Node& node, int depth, std::size_t& num_nodes) {
  if (depth > kDeepest || ++num_nodes > kMostNodes) {
    throw YAML::Exception(node.Mark(), "a value too deep or too large");
  }
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return ScalarToJson(node);
    case YAML::NodeType::Sequence: {
      Json items = Json::array();
      for (const YAML::Node& item : node) items.push_back(ToJson(item, depth + 1, num_nodes));
      return items;
    }
    case YAML::NodeType::Map: {
      Json fields = Json::object();
      for (const auto& field : node) {
        fields[field.first.as<std::string>()] = ToJson(field.second, depth + 1, num_nodes);
      }
      return fields;
    }
    default:
      return nullptr;
  }
}

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F); }

// Returns the length of the line break at `at`, or 0 if there is none.
std::size_t BreakAt(std::string_view text, std::size_t at) {
  if (text.substr(at).starts_with("\r\n")) return 2;
  return at < text.size() && (text[at] == '\n' || text[at] == '\r') ? 1 : 0;
}

}  // namespace

std::string_view FrontMatter(std::string_view card) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  constexpr std::string_view kMark = "---";
  if (card.starts_with(kByteOrderMark)) card.remove_prefix(kByteOrderMark.size());
  const auto first = std::find_if_not(card.begin(), card.end(), IsSpace);
  card.remove_prefix(first - card.begin());
  if (!card.starts_with(kMark)) return "";
  const std::size_t first_break = BreakAt(card, kMark.size());
  if (first_break == 0) return "";
  card.remove_prefix(kMark.size() + first_break);
  // The end of the front matter: a line break, the mark, blanks and tabs, and then LF, CR LF or the
  // end.
  for (std::size_t mark = card.find(kMark); mark != std::string_view::npos;
       mark = card.find(kMark, mark + 1)) {
    if (mark == 0 || BreakAt(card, mark - 1) == 0) continue;
    const std::size_t end = card.find_first_not_of(" \t", mark + kMark.size());
    const bool ends =
        end == std::string_view::npos || card[end] == '\n' || card.substr(end).starts_with("\r\n");
    if (ends) return card.substr(0, mark);
  }
  return "";
}

Json YamlValue(std::string_view yaml, std::string_view key, const std::string& source,
               int first_line) {
  if (yaml.size() > kLongestYaml) {
    throw InputError({.source = source,
                      .place = fmt::format("YAML from line {}", first_line),
                      .found = fmt::format("{} bytes", yaml.size()),
                      .expected = fmt::format("at most {}", kLongestYaml)});
  }
  try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    if (root.IsNull()) return nullptr;
    if (!root.IsMap()) throw YAML::Exception(root.Mark(), "something that is not a mapping");
    std::size_t num_nodes = 0;
    const YAML::Node value = root[std::string(key)];
    return value ? ToJson(value, /*depth=*/0, num_nodes) : nullptr;
  } catch (const YAML::Exception& error) {
    throw InputError({.source = source,
                      .place = fmt::format("line {}", error.mark.line + first_line),
                      .found = error.msg,
                      .expected = "YAML, such as \"configs: [...]\""});
  }
}

}  // namespace zipflens
