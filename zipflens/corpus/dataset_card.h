// The configurations that a data set's card declares.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zipflens {

/// Split and its file patterns, in order.
using SplitPatterns = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// One entry of a card's `configs`.
struct DatasetConfig {
  std::string name;
  bool is_default = false;
  std::string data_dir = {};    // patterns are relative to it; "" is the root
  bool has_data_files = false;  // otherwise file names decide on the splits
  SplitPatterns data_files = {};
};

/// The `configs` of a card (README.md); none where it declares none. Throws InputError naming
/// `source` and what is not understood, as `datasets` 5.2 does, or a parameter of a configuration
/// that changes what is read and that is not followed here (such as encoding, field or sample_by).
std::vector<DatasetConfig> ParseDatasetCard(std::string_view card, const std::string& source);

/// The same of .huggingface.yaml, which is YAML alone. `overrides` tells whether it has `configs`.
std::vector<DatasetConfig> ParseDatasetYaml(std::string_view yaml, const std::string& source,
                                            bool& overrides);

/// The configuration called `name`; if that is empty, the only one or the default one. Throws
/// InputError that lists those there are, or that finds two defaults.
const DatasetConfig& ChooseConfig(const std::vector<DatasetConfig>& configs,
                                  const std::string& name, const std::string& source);

}  // namespace zipflens
