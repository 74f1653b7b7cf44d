#include "zipflens/corpus/dataset_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/corpus/data_file_kinds.h"
#include "zipflens/corpus/dataset_card.h"
#include "zipflens/corpus/file_pattern.h"

namespace zipflens {
namespace {

constexpr std::array<const char*, 3> kUsualSplits = {"train", "validation", "test"};
// datasets.data_files.SPLIT_KEYWORDS.
const std::vector<std::string>& WordsOf(std::string_view split) {
  static const std::vector<std::string> train = {"train", "training"};
  static const std::vector<std::string> validation = {"validation", "valid", "dev", "val"};
  static const std::vector<std::string> test = {"test", "testing", "eval", "evaluation"};
  return split == "train" ? train : split == "test" ? test : validation;
}

// KEYWORDS_IN_FILENAME_BASE_PATTERNS and KEYWORDS_IN_DIR_NAME_BASE_PATTERNS.
SplitPatterns WordPatterns(bool in_folders) {
  constexpr std::string_view kSeparators = "[-._ 0-9]";
  SplitPatterns patterns;
  for (const char* split : kUsualSplits) {
    patterns.emplace_back(split, std::vector<std::string>());
    std::vector<std::string>& of_split = patterns.back().second;
    for (const std::string& word : WordsOf(split)) {
      if (in_folders) {
        of_split.push_back(fmt::format("**/{}/**", word));
        of_split.push_back(fmt::format("**/{}{}*/**", word, kSeparators));
        of_split.push_back(fmt::format("**/*{}{}/**", kSeparators, word));
        of_split.push_back(fmt::format("**/*{0}{1}{0}*/**", kSeparators, word));
      } else {
        of_split.push_back(fmt::format("**/{}{}*", word, kSeparators));
        of_split.push_back(fmt::format("**/*{0}{1}{0}*", kSeparators, word));
      }
    }
  }
  return patterns;
}

std::string ShardPattern(std::string_view split) {
  constexpr std::string_view kFiveDigits = "[0-9][0-9][0-9][0-9][0-9]";
  return fmt::format("data/{0}-{1}-of-{1}*.*", split, kFiveDigits);
}

// Returns the split of a path that ShardPattern("*") matches: the text before the last shard
// number.
std::string SplitOfShard(std::string_view path) {
  constexpr std::string_view kOf = "-of-";
  constexpr std::size_t kNumberSize = 6;  // "-00000"
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const auto all_digits = [](std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  for (std::size_t of = name.rfind(kOf); of != std::string_view::npos && of > 0;
       of = name.rfind(kOf, of - 1)) {
    if (of <= kNumberSize) break;
    const std::string_view number = name.substr(of - kNumberSize, kNumberSize);
    const std::string_view total = name.substr(of + kOf.size(), 4);
    const bool is_shard = number.front() == '-' && all_digits(number.substr(1)) &&
                          total.size() == 4 && all_digits(total);
    if (is_shard) return std::string(name.substr(0, of - kNumberSize));
  }
  return std::string(name);
}

/// The folder that patterns are relative to, and whether to list only the folder of each pattern
/// instead of everything (a repository may be large).
struct Base {
  std::string folder;
  bool lists_by_pattern = false;
};

/// Resolves the patterns of one data set.
class Resolver {
 public:
  Resolver(FileTree& tree, std::string source) : tree_(tree), source_(std::move(source)) {}

  DatasetLayout Resolve(const std::string& config) {
    const std::vector<DatasetConfig> configs = ReadConfigs();
    DatasetLayout layout = {.source = source_, .num_configs = configs.size()};
    if (configs.empty()) {
      const Base base = {FilePattern(config, source_).text()};
      if (!config.empty()) layout.source = fmt::format("{}/{}", source_, base.folder);
      layout.splits = FilesOf(DefaultPatterns(base), base);
      const std::string loader = LoaderOf(layout.splits);
      for (SplitPaths& split : layout.splits) {
        std::erase_if(split.files, [&](const auto& file) { return !IsOfLoader(file, loader); });
      }
      layout.format = ReadFormat(loader, layout.splits);
      return layout;
    }
    const DatasetConfig& chosen = ChooseConfig(configs, config, source_);
    layout.config = chosen.name;
    layout.splits = FilesOfConfig(chosen, FilePattern(chosen.data_dir, source_).text());
    // The first configuration, without its data_dir, decides the loader of all configurations.
    const std::vector<SplitPaths> deciding = FilesOfConfig(configs.front(), "");
    const bool decides = std::any_of(deciding.begin(), deciding.end(),
                                     [](const SplitPaths& split) { return !split.files.empty(); });
    layout.format = ReadFormat(LoaderOf(decides ? deciding : layout.splits), layout.splits);
    const bool is_empty = std::all_of(layout.splits.begin(), layout.splits.end(),
                                      [](const SplitPaths& split) { return split.files.empty(); });
    if (is_empty) RefuseWithoutData();
    return layout;
  }

 private:
  [[noreturn]] void Refuse(const std::string& found, const std::string& expected) const {
    throw InputError({.source = source_, .found = found, .expected = expected});
  }

  [[noreturn]] void RefuseWithoutData() const {
    Refuse(last_other_.empty() ? "no data file"
                               : fmt::format("{}, whose ending is none of data", last_other_),
           "files that end in .parquet, .jsonl, .json or .txt");
  }

  std::vector<DatasetConfig> ReadConfigs() {
    constexpr const char* kCard = "README.md";
    constexpr const char* kYaml = ".huggingface.yaml";
    if (const auto yaml = tree_.Read(kYaml)) {
      bool overrides = false;
      auto configs = ParseDatasetYaml(*yaml, fmt::format("{}/{}", source_, kYaml), overrides);
      if (overrides) return configs;
    }
    const auto card = tree_.Read(kCard);
    if (!card) return {};
    return ParseDatasetCard(*card, fmt::format("{}/{}", source_, kCard));
  }

  // Calls `use` with each path below `base` that a pattern matches, until `use` returns false.
  template <typename F>
  void ForMatches(const FilePattern& pattern, const Base& base, const F& use) {
    const std::string inner = base.lists_by_pattern ? pattern.folder() : "";
    const bool is_one = base.folder.empty() || inner.empty();
    const std::string folder =
        is_one ? base.folder + inner : fmt::format("{}/{}", base.folder, inner);
    const std::size_t skipped = base.folder.empty() ? 0 : base.folder.size() + 1;
    for (const std::string& path : tree_.FilesBelow(folder)) {
      if (pattern.Matches(std::string_view(path).substr(skipped)) && !use(path)) return;
    }
  }

  bool HasMatch(const std::string& pattern, const Base& base) {
    bool found = false;
    ForMatches(FilePattern(pattern, source_), base, [&](const std::string&) {
      found = true;
      return false;
    });
    return found;
  }

  // datasets.data_files._get_data_files_patterns. It considers all files, not only data.
  SplitPatterns DefaultPatterns(const Base& base) {
    std::set<std::string> shards;
    ForMatches(FilePattern(ShardPattern("*"), source_), base, [&](const std::string& path) {
      shards.insert(SplitOfShard(path));
      return true;
    });
    if (!shards.empty()) return PatternsOfShards(std::move(shards));
    const SplitPatterns levels[] = {{{"logs", {"**/*.eval"}}},
                                    {{"test", {"**/task.toml", "**/instruction.md"}}},
                                    WordPatterns(/*in_folders=*/true),
                                    WordPatterns(/*in_folders=*/false),
                                    {{"train", {"**"}}}};
    for (const SplitPatterns& level : levels) {
      SplitPatterns found;
      for (const auto& [split, patterns] : level) {
        const bool has_files =
            std::any_of(patterns.begin(), patterns.end(),
                        [&](const std::string& pattern) { return HasMatch(pattern, base); });
        if (has_files) found.emplace_back(split, patterns);
      }
      if (!found.empty()) return found;
    }
    Refuse(base.folder.empty() ? "no data file" : fmt::format("no data file in {}", base.folder),
           "files that end in .parquet, .jsonl, .json or .txt");
  }

  SplitPatterns PatternsOfShards(std::set<std::string> splits) const {
    SplitPatterns patterns;
    for (const std::string& split : splits) {
      if (IsSplitName(split)) continue;
      Refuse(fmt::format("shards of \"{}\" in data/", split),
             "the name of a split, of letters, digits, _ and . (or name the files)");
    }
    for (const char* usual : kUsualSplits) {
      if (splits.erase(usual) > 0) patterns.push_back({usual, {ShardPattern(usual)}});
    }
    for (const std::string& split : splits) patterns.push_back({split, {ShardPattern(split)}});
    return patterns;
  }

  std::vector<SplitPaths> FilesOfConfig(const DatasetConfig& config, const std::string& folder) {
    const Base base = {folder, /*lists_by_pattern=*/config.has_data_files};
    return FilesOf(config.has_data_files ? config.data_files : DefaultPatterns(base), base);
  }

  std::vector<SplitPaths> FilesOf(const SplitPatterns& patterns, const Base& base) {
    std::vector<SplitPaths> splits;
    for (const auto& [split, of_split] : patterns) {
      splits.push_back({split, {}});
      for (const std::string& text : of_split) AddFiles(text, base, splits.back().files);
    }
    return splits;
  }

  void AddFiles(const std::string& text, const Base& base, std::vector<std::string>& files) {
    const FilePattern pattern(text, source_);
    const std::size_t num_before = files.size();
    std::string other;
    ForMatches(pattern, base, [&](const std::string& path) {
      if (IsDataFileName(path)) {
        files.push_back(path);
      } else {
        other = path;
      }
      return true;
    });
    if (files.size() > num_before) return;
    if (last_other_.empty()) last_other_ = other;
    if (pattern.has_wildcard()) return;
    Refuse(other.empty() ? fmt::format("no file \"{}\"", text)
                         : fmt::format("{}, whose ending is none of data", other),
           "the data file that the card names");
  }

  // datasets.load.infer_module_for_data_files.
  std::string LoaderOf(const std::vector<SplitPaths>& splits) const {
    std::string loader;
    for (const SplitPaths& split : splits) {
      std::string of_split = InferLoader(split.files);
      if (&split == &splits.front()) loader = of_split;
      if (of_split == loader) continue;
      const auto text = [](const std::string& name) { return name.empty() ? "no" : name; };
      Refuse(fmt::format("{} files in split {} beside {} files in {}", text(of_split), split.name,
                         text(loader), splits.front().name),
             "one format for all splits (or name the files)");
    }
    if (loader.empty()) RefuseWithoutData();
    return loader;
  }

  std::string ReadFormat(const std::string& loader, const std::vector<SplitPaths>& splits) const {
    const std::string_view format = FormatOfLoader(loader);
    if (!format.empty()) return std::string(format);
    const auto with_file = std::find_if(splits.begin(), splits.end(),
                                        [](const auto& split) { return !split.files.empty(); });
    Refuse(fmt::format("{} files{}", loader,
                       with_file == splits.end() ? "" : ", such as " + with_file->files.front()),
           "Parquet, JSON Lines or text (or name the files to read)");
  }

  FileTree& tree_;
  std::string source_;
  std::string last_other_;  // the last file that matched a pattern but is not data
};

}  // namespace

DatasetLayout ResolveDataset(FileTree& tree, const std::string& source, const std::string& config) {
  return Resolver(tree, source).Resolve(config);
}

}  // namespace zipflens
