#include "zipflens/hub/card_yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

using Json = nlohmann::json;

// Bounds what aliases can blow up.
constexpr int kDeepest = 32;
constexpr std::size_t kMostNodes = 1'000'000;

// Longest front matter that is parsed, in bytes: yaml-cpp takes some hundred times as much memory.
constexpr std::size_t kLongestFrontMatter = std::size_t{4} << 20;

Json ToJson(const YAML::Node& node, int depth, std::size_t& num_nodes) {
  if (depth > kDeepest || ++num_nodes > kMostNodes) {
    throw YAML::Exception(node.Mark(), "a value too deep or too large");
  }
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return node.Scalar();
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

// What stands between the first line, "---", and the next such line; empty where there is none.
std::string_view FrontMatter(std::string_view card) {
  const auto is_mark = [](std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line == "---";
  };
  const std::size_t begin = card.find('\n');
  if (begin == std::string_view::npos || !is_mark(card.substr(0, begin))) return "";
  std::size_t line = begin + 1;
  while (line < card.size()) {
    const std::size_t end = std::min(card.find('\n', line), card.size());
    if (is_mark(card.substr(line, end - line))) break;
    line = end + 1;
  }
  return card.substr(begin + 1, std::min(line, card.size()) - begin - 1);
}

}  // namespace

Json FrontMatterValue(std::string_view card, std::string_view key, const std::string& source) {
  const std::string_view text = FrontMatter(card);
  if (text.size() > kLongestFrontMatter) {
    throw InputError({.source = source,
                      .place = "YAML between the lines \"---\"",
                      .found = fmt::format("{} bytes", text.size()),
                      .expected = fmt::format("at most {}", kLongestFrontMatter)});
  }
  try {
    const YAML::Node root = YAML::Load(std::string(text));
    if (!root.IsMap()) return nullptr;
    std::size_t num_nodes = 0;
    const YAML::Node value = root[std::string(key)];
    return value ? ToJson(value, /*depth=*/0, num_nodes) : nullptr;
  } catch (const YAML::Exception& error) {
    constexpr int kLinesBefore = 2;  // of the front matter, and lines are counted from 0
    throw InputError({.source = source,
                      .place = fmt::format("line {}", error.mark.line + kLinesBefore),
                      .found = error.msg,
                      .expected = "YAML between the lines \"---\""});
  }
}

}  // namespace zipflens
