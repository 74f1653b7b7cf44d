// Configurations of a data set: which files are which split, of its card or, without one, of its
// file names.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zipflens {

/// One configuration as the card (README.md) declares it.
struct DatasetConfig {
  std::string name = "default";
  bool is_default = false;
  std::string data_dir = {};  // where it has no patterns: everything there, by file names
  /// Split and its file patterns, relative to the repository, in order.
  std::vector<std::pair<std::string, std::vector<std::string>>> patterns_of_split = {};
};

/// The `configs` of a card; none where it declares none. Throws InputError naming `source` and what
/// is not understood.
std::vector<DatasetConfig> ParseDatasetCard(std::string_view card, const std::string& source);

/// The split that a file's path (relative to the data folder) puts it in where no card says so: as
/// `datasets`, by data/SPLIT-00000-of-00001.*, else by a folder, else by a part of the file's name
/// that is a word for train, validation or test; all are train where no path says anything. Split
/// and files, in order of first mention.
std::vector<std::pair<std::string, std::vector<std::string>>> SplitsByFileNames(
    const std::vector<std::string>& paths);

}  // namespace zipflens
