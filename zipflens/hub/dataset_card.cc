#include "zipflens/hub/dataset_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "zipflens/base/error.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/hub/card_yaml.h"
#include "zipflens/hub/name_pattern.h"

namespace zipflens {
namespace {

using Json = nlohmann::json;
using SplitFiles = std::vector<std::pair<std::string, std::vector<std::string>>>;

[[noreturn]] void ThrowNotUnderstood(const std::string& source, const Json& found) {
  throw InputError({.source = source,
                    .place = "configs",
                    .found = DescribeJson(found),
                    .expected = "config_name, and data_files as split and path"});
}

std::vector<std::string> Strings(const Json& value, const std::string& source) {
  if (value.is_string()) return {value.get<std::string>()};
  std::vector<std::string> strings;
  if (!value.is_array()) ThrowNotUnderstood(source, value);
  for (const Json& item : value) {
    if (!item.is_string()) ThrowNotUnderstood(source, value);
    strings.push_back(item.get<std::string>());
  }
  return strings;
}

// data_files: a path, paths, {split: path}, or a list of {split, path}.
SplitFiles PatternsOf(const Json& value, const std::string& source) {
  SplitFiles patterns;
  if (value.is_object()) {
    for (const auto& [split, paths] : value.items())
      patterns.emplace_back(split, Strings(paths, source));
    return patterns;
  }
  if (value.is_string() || (value.is_array() && !value.empty() && value[0].is_string())) {
    return {{"train", Strings(value, source)}};
  }
  if (!value.is_array()) ThrowNotUnderstood(source, value);
  for (const Json& item : value) {
    if (!item.is_object() || !item.contains("path")) ThrowNotUnderstood(source, item);
    const std::vector<std::string> split = Strings(item.value("split", Json("train")), source);
    if (split.size() != 1) ThrowNotUnderstood(source, item);
    patterns.emplace_back(split[0], Strings(item["path"], source));
  }
  return patterns;
}

// The first split one of whose words stands alone in one of the path's parts that `looks_at` picks.
std::string SplitOfWords(const std::string& path, bool in_folders) {
  struct SplitWord {
    const char* split;
    NamePattern word;
  };
  static const SplitWord words[] = {
      {"train", NamePattern("(^|[-._ 0-9])(train|training)([-._ 0-9]|$)")},
      {"validation", NamePattern("(^|[-._ 0-9])(validation|valid|dev|val)([-._ 0-9]|$)")},
      {"test", NamePattern("(^|[-._ 0-9])(test|testing|eval|evaluation)([-._ 0-9]|$)")}};
  const std::size_t slash = path.rfind('/');
  for (const auto& [split, word] : words) {
    if (!in_folders) {
      if (word.Find(path.substr(slash == std::string::npos ? 0 : slash + 1)).has_value()) {
        return split;
      }
      continue;
    }
    std::size_t begin = 0;
    for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', begin)) {
      if (word.Find(path.substr(begin, end - begin)).has_value()) return split;
      begin = end + 1;
    }
  }
  return "";
}

std::string ShardedSplit(const std::string& path) {
  static const NamePattern sharded(
      "^(.*/)?data/([A-Za-z0-9_.]+)-[0-9]{5}-of-[0-9]{5}[^/]*\\.[^/]*$");
  const auto match = sharded.Find(path);
  return match.has_value() ? match->at(2) : "";
}

template <typename F>
SplitFiles Grouped(const std::vector<std::string>& paths, F&& split_of) {
  SplitFiles splits;
  for (const std::string& path : paths) {
    const std::string split = split_of(path);
    if (split.empty()) continue;
    auto found =
        std::find_if(splits.begin(), splits.end(), [&](const auto& s) { return s.first == split; });
    if (found == splits.end()) found = splits.insert(splits.end(), {split, {}});
    found->second.push_back(path);
  }
  return splits;
}

}  // namespace

std::vector<DatasetConfig> ParseDatasetCard(std::string_view card, const std::string& source) {
  const Json value = FrontMatterValue(card, "configs", source);
  std::vector<DatasetConfig> configs;
  if (value.is_null()) return configs;
  if (!value.is_array()) ThrowNotUnderstood(source, value);
  for (const Json& item : value) {
    if (!item.is_object()) ThrowNotUnderstood(source, item);
    DatasetConfig config;
    const auto text = [&](const char* key, const std::string& otherwise) {
      return item.contains(key) && item[key].is_string() ? item[key].get<std::string>() : otherwise;
    };
    config.name = text("config_name", config.name);
    config.is_default = text("default", "") == "true" || config.name == "default";
    config.data_dir = text("data_dir", "");
    while (config.data_dir.ends_with('/')) config.data_dir.pop_back();
    if (item.contains("data_files"))
      config.patterns_of_split = PatternsOf(item["data_files"], source);
    for (auto& [split, patterns] : config.patterns_of_split) {
      for (std::string& pattern : patterns) {
        if (pattern.starts_with("./")) pattern.erase(0, 2);
        if (!config.data_dir.empty()) pattern.insert(0, config.data_dir + "/");
      }
    }
    configs.push_back(std::move(config));
  }
  return configs;
}

SplitFiles SplitsByFileNames(const std::vector<std::string>& paths) {
  SplitFiles splits = Grouped(paths, ShardedSplit);
  if (splits.empty())
    splits = Grouped(paths, [](const auto& p) { return SplitOfWords(p, /*in_folders=*/true); });
  if (splits.empty())
    splits = Grouped(paths, [](const auto& p) { return SplitOfWords(p, /*in_folders=*/false); });
  if (splits.empty() && !paths.empty()) splits = {{"train", paths}};
  return splits;
}

}  // namespace zipflens
