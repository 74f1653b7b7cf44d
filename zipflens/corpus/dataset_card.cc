#include "zipflens/corpus/dataset_card.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "zipflens/base/error.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/base/near_names.h"
#include "zipflens/corpus/card_yaml.h"
#include "zipflens/corpus/split_expression.h"

namespace zipflens {
namespace {

using Json = nlohmann::json;

// Parameters of the text, JSON and Parquet loaders that change the documents.
constexpr std::array<std::string_view, 8> kRowParameters = {
    "encoding",        "encoding_errors", "field",     "filters",
    "keep_linebreaks", "on_bad_files",    "sample_by", "newlines_in_values"};

[[noreturn]] void ThrowNotUnderstood(const std::string& source, const Json& found) {
  throw InputError(
      {.source = source,
       .place = "configs",
       .found = DescribeJson(found),
       .expected = "config_name, and data_files as a path, paths, or a list of split and path"});
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

// Reads data_files: a path, a list of paths, or a list of {split, path}.
SplitPatterns PatternsOf(const Json& value, const std::string& source) {
  const bool has_splits = value.is_array() && !value.empty() && value[0].is_object();
  if (!has_splits) return {{"train", Strings(value, source)}};
  SplitPatterns patterns;
  for (const Json& item : value) {
    const bool is_entry = item.is_object() && item.size() == 2 && item.contains("path") &&
                          item.contains("split") && item["split"].is_string();
    if (!is_entry) ThrowNotUnderstood(source, item);
    const auto split = item["split"].get<std::string>();
    const bool is_new = std::none_of(patterns.begin(), patterns.end(),
                                     [&](const auto& other) { return other.first == split; });
    if (!IsSplitName(split) || split == "all" || !is_new) ThrowNotUnderstood(source, item);
    patterns.emplace_back(split, Strings(item["path"], source));
  }
  return patterns;
}

// Returns whether Python treats the value as true.
bool IsTrue(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return !value.get<std::string>().empty() && value != "0";
  return !value.empty();
}

void RefuseRowParameters(const Json& item, const std::string& source) {
  for (const std::string_view parameter : kRowParameters) {
    if (!item.contains(parameter)) continue;
    const Json& value = item[parameter];
    const bool is_usual = value.is_null() || value == false || value == "utf-8" ||
                          value == "line" || value == "error";
    if (is_usual) continue;
    throw InputError(
        {.source = source,
         .place = fmt::format("configuration {}", item.value("config_name", "")),
         .found = fmt::format("the parameter {}, which is not followed here", parameter),
         .expected = "a configuration of data_files and data_dir alone; or name its "
                     "files"});
  }
}

DatasetConfig ConfigOf(const Json& item, const std::string& source) {
  const bool has_name =
      item.is_object() && item.contains("config_name") && item["config_name"].is_string();
  if (!has_name) ThrowNotUnderstood(source, item);
  DatasetConfig config = {.name = item["config_name"].get<std::string>()};
  config.is_default = config.name == "default" || IsTrue(item.value("default", Json(false)));
  RefuseRowParameters(item, source);
  const Json data_dir = item.value("data_dir", Json());
  if (!data_dir.is_null() && !data_dir.is_string()) ThrowNotUnderstood(source, item);
  if (data_dir.is_string()) config.data_dir = data_dir.get<std::string>();
  const Json data_files = item.value("data_files", Json());
  config.has_data_files = !data_files.is_null();
  if (config.has_data_files) config.data_files = PatternsOf(data_files, source);
  return config;
}

std::vector<DatasetConfig> ConfigsOf(const Json& value, const std::string& source) {
  std::vector<DatasetConfig> configs;
  if (value.is_null() || value.empty()) return configs;
  if (!value.is_array()) ThrowNotUnderstood(source, value);
  for (const Json& item : value) {
    DatasetConfig config = ConfigOf(item, source);
    const auto same = std::find_if(configs.begin(), configs.end(), [&](const DatasetConfig& other) {
      return other.name == config.name;
    });
    if (same == configs.end()) {
      configs.push_back(std::move(config));
    } else {
      *same = std::move(config);  // the last one of a name counts
    }
  }
  return configs;
}

}  // namespace

std::vector<DatasetConfig> ParseDatasetCard(std::string_view card, const std::string& source) {
  constexpr int kLinesBefore = 2;  // for "---", and because yaml-cpp counts lines from 0
  return ConfigsOf(YamlValue(FrontMatter(card), "configs", source, kLinesBefore), source);
}

std::vector<DatasetConfig> ParseDatasetYaml(std::string_view yaml, const std::string& source,
                                            bool& overrides) {
  const Json value = YamlValue(yaml, "configs", source, /*first_line=*/1);
  overrides = !value.is_null();
  return ConfigsOf(value, source);
}

const DatasetConfig& ChooseConfig(const std::vector<DatasetConfig>& configs,
                                  const std::string& name, const std::string& source) {
  std::vector<std::string> names;
  const DatasetConfig* by_default = configs.size() == 1 ? &configs.front() : nullptr;
  for (const DatasetConfig& config : configs) {
    if (!name.empty() && config.name == name) return config;
    names.push_back(config.name);
    if (!config.is_default || configs.size() == 1) continue;
    if (by_default != nullptr) {
      throw InputError({.source = source,
                        .found = fmt::format("two default configurations, {} and {}",
                                             by_default->name, config.name),
                        .expected = "one"});
    }
    by_default = &config;
  }
  if (name.empty() && by_default != nullptr) return *by_default;
  const std::size_t num_names = names.size();
  if (!name.empty()) {
    throw InputError({.source = source,
                      .found = fmt::format("the configuration \"{}\"", name),
                      .expected = fmt::format("one of {}{}", num_names,
                                              NearText(NearestNames(name, names, 5)))});
  }
  constexpr std::size_t kMostShown = 20;
  names.resize(std::min(kMostShown, num_names));
  throw InputError(
      {.source = source,
       .found = "no configuration named",
       .expected = fmt::format("NAME:CONFIG:SPLIT with one of {}: {}{}", num_names,
                               fmt::join(names, ", "), num_names > kMostShown ? ", ..." : "")});
}

}  // namespace zipflens
