// Reads the configurations that a data set's card declares.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zipflens {

/// Pairs of a split and its file patterns, in order.
using SplitPatterns = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// One entry of `configs` in a card.
struct DatasetConfig {
  std::string name;
  bool is_default = false;
  std::string data_dir = {};    // patterns are relative to this folder; "" is the root
  bool has_data_files = false;  // if false, file names decide the splits
  SplitPatterns data_files = {};
};

/// Returns the `configs` of a card (README.md), or an empty vector if it declares none. Throws
/// InputError that names `source` if `datasets` 5.2 would refuse the card, or if a configuration
/// has a parameter that changes what is read and that zipflens does not support (such as encoding,
/// field or sample_by).
std::vector<DatasetConfig> ParseDatasetCard(std::string_view card, const std::string& source);

/// Does the same for .huggingface.yaml, which contains only YAML. Sets `overrides` to whether it
/// has `configs`.
std::vector<DatasetConfig> ParseDatasetYaml(std::string_view yaml, const std::string& source,
                                            bool& overrides);

/// Returns the configuration called `name`. If `name` is empty, returns the only or the default
/// configuration. Throws InputError if there is no such configuration (the message lists all of
/// them) or if two are the default.
const DatasetConfig& ChooseConfig(const std::vector<DatasetConfig>& configs,
                                  const std::string& name, const std::string& source);

}  // namespace zipflens
