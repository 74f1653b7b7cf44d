// Data set cards, and folders of files that are read as `datasets` reads them.
//
// Promise: YAML of any depth or number of aliases is refused before it takes memory (32 levels,
// 1,000,000 nodes). A split's files are files of the folder.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "fuzz/input_bytes.h"
#include "zipflens/corpus/dataset_card.h"
#include "zipflens/corpus/dataset_layout.h"

namespace zipflens::fuzz {
namespace {

// A data set in memory.
class MemoryTree final : public FileTree {
 public:
  MemoryTree(std::vector<std::string> files, std::string_view card)
      : files_(std::move(files)), card_(card) {
    std::sort(files_.begin(), files_.end());
  }

  const std::vector<std::string>& FilesBelow(const std::string& folder) override {
    auto& below = below_[folder];
    if (!below.empty()) return below;
    for (const std::string& file : files_) {
      if (folder.empty() || file.starts_with(folder + "/")) below.push_back(file);
    }
    return below;
  }
  std::optional<std::string> Read(const std::string& name) override {
    if (name != "README.md" || card_.empty()) return std::nullopt;
    return std::string(card_);
  }

 private:
  std::vector<std::string> files_;
  std::string_view card_;
  std::map<std::string, std::vector<std::string>> below_;
};

}  // namespace

FUZZ_TARGET(dataset_card) {
  Accepts([&] {
    for (const DatasetConfig& config : ParseDatasetCard(input, "README.md")) {
      FUZZ_REQUIRE(!config.has_data_files || !config.data_files.empty());
    }
  });
  bool overrides = false;
  const auto configs = ParseDatasetYaml(input, ".huggingface.yaml", overrides);
  FUZZ_REQUIRE(overrides || configs.empty());
  Accepts([&] { ChooseConfig(configs, "", "card"); });
}

// Parts: a configuration, a split expression, the names of the files line by line, the card.
FUZZ_TARGET(dataset_folder) {
  const auto parts = PartsOf(input, 4);
  std::vector<std::string> files;
  for (const std::string_view name : LinesOf(parts[2])) {
    if (!name.empty() && files.size() < 200) files.emplace_back(name);
  }
  MemoryTree tree(files, parts[3]);
  const DatasetLayout layout = ResolveDataset(tree, "folder", std::string(parts[0]));
  FUZZ_REQUIRE(layout.format == "parquet" || layout.format == "jsonl" || layout.format == "text");
  for (const SplitPaths& split : layout.splits) {
    for (const std::string& file : split.files) {
      FUZZ_REQUIRE(std::find(files.begin(), files.end(), file) != files.end());
    }
  }
  SelectSplits(layout, SplitExpression::Parse(parts[1]));
}

}  // namespace zipflens::fuzz
