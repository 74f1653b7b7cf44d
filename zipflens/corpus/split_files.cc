#include "zipflens/corpus/split_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>

#include "zipflens/base/error.h"
#include "zipflens/corpus/document_source.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 10> kUsualSplits = {
    "train", "training", "validation", "valid", "dev",
    "val",   "test",     "testing",    "eval",  "evaluation"};

bool AllDigits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// SPLIT-00003-of-00041...
struct ShardName {
  std::string split;
  std::string number;
  std::string num_shards;
};

std::optional<ShardName> ParseShardName(const fs::path& file) {
  constexpr std::size_t kDigits = 5;
  constexpr std::string_view kOf = "-of-";
  const std::string name = file.filename().string();
  const std::size_t of = name.find(kOf);
  if (of == std::string::npos || of < kDigits + 2) return std::nullopt;
  const std::size_t number = of - kDigits;
  const std::size_t total = of + kOf.size();
  ShardName shard = {name.substr(0, number - 1), name.substr(number, kDigits),
                     name.substr(total, kDigits)};
  const bool is_shard = name[number - 1] == '-' && AllDigits(shard.number) &&
                        shard.num_shards.size() == kDigits && AllDigits(shard.num_shards);
  return is_shard ? std::optional(shard) : std::nullopt;
}

/// Where a split's files lie: in the folder or in data/ (the first list), or in folders below.
struct Layout {
  std::vector<fs::path> top;
  std::map<std::string, std::vector<fs::path>> folders;
};

Layout LayoutOf(const fs::path& folder, const std::vector<fs::path>& candidates) {
  Layout layout;
  for (const fs::path& file : candidates) {
    fs::path relative = file.lexically_relative(folder);
    const auto depth = std::distance(relative.begin(), relative.end());
    if (depth > 1 && *relative.begin() == "data") {
      relative = relative.lexically_relative("data");
    }
    const bool is_top = std::next(relative.begin()) == relative.end();
    if (is_top) {
      layout.top.push_back(file);
    } else {
      layout.folders[relative.begin()->string()].push_back(file);
    }
  }
  return layout;
}

bool IsCalledAfter(const fs::path& file, const std::string& split) {
  const std::string name = file.filename().string();
  return name.starts_with(split) && name.size() > split.size() &&
         std::string_view("-._ ").find(name[split.size()]) != std::string_view::npos;
}

void RequireWholeSet(const fs::path& folder, const std::string& split,
                     const std::vector<fs::path>& shards) {
  const auto refuse = [&](const std::string& found, const std::string& expected) {
    throw InputError({.source = fmt::format("{}: split {}", folder.string(), split),
                      .found = found,
                      .expected = expected});
  };
  std::set<std::string> totals;
  std::set<std::string> numbers;
  for (const fs::path& file : shards) {
    const std::optional<ShardName> shard = ParseShardName(file);
    totals.insert(shard->num_shards);
    numbers.insert(shard->number);
  }
  if (totals.size() > 1 || numbers.size() != shards.size()) {
    refuse(fmt::format("shards of more than one set ({} and {})",
                       shards.front().filename().string(), shards.back().filename().string()),
           "one set");
  }
  const std::size_t total = std::stoul(*totals.begin());
  const std::size_t spread = std::stoul(*numbers.rbegin()) - std::stoul(*numbers.begin()) + 1;
  if (shards.size() == total && spread == total) return;
  refuse(fmt::format("{} of {} shards", shards.size(), total),
         "all of them, since rows are counted over all (or name the files themselves)");
}

std::vector<fs::path> FilesOfSplit(const fs::path& folder, const Layout& layout,
                                   const std::string& split) {
  std::vector<fs::path> shards;
  std::vector<fs::path> others;
  for (const fs::path& file : layout.top) {
    const std::optional<ShardName> shard = ParseShardName(file);
    if (shard && shard->split == split) {
      shards.push_back(file);
    } else if (!shard && IsCalledAfter(file, split)) {
      others.push_back(file);
    }
  }
  if (!shards.empty()) {
    RequireWholeSet(folder, split, shards);
    return shards;
  }
  if (!others.empty()) return others;
  const auto below = layout.folders.find(split);
  return below == layout.folders.end() ? std::vector<fs::path>() : below->second;
}

// Names that could be given, for a message; empty where nothing is called after a split.
std::vector<std::string> SplitsThereAre(const Layout& layout) {
  std::set<std::string> names;
  for (const fs::path& file : layout.top) {
    if (const std::optional<ShardName> shard = ParseShardName(file)) names.insert(shard->split);
    for (const std::string_view usual : kUsualSplits) {
      if (IsCalledAfter(file, std::string(usual))) names.insert(std::string(usual));
    }
  }
  for (const auto& [name, files] : layout.folders) {
    if (std::find(kUsualSplits.begin(), kUsualSplits.end(), name) != kUsualSplits.end()) {
      names.insert(name);
    }
  }
  return {names.begin(), names.end()};
}

// Several configurations, a folder each, must not be taken for one train split.
void RefuseConfigs(const fs::path& folder, const Layout& layout) {
  std::vector<std::string> configs;
  for (const auto& [name, files] : layout.folders) {
    const bool has_splits = std::any_of(files.begin(), files.end(), [](const fs::path& file) {
      return ParseShardName(file) ||
             std::any_of(kUsualSplits.begin(), kUsualSplits.end(), [&file](std::string_view usual) {
               return IsCalledAfter(file, std::string(usual));
             });
    });
    if (has_splits) configs.push_back(name);
  }
  if (configs.empty()) return;
  throw InputError({.source = folder.string(),
                    .found = fmt::format("splits in the folders {}", ListNames(configs)),
                    .expected = fmt::format("one of them as configuration, such as {}:{}:train",
                                            folder.string(), configs.front())});
}

[[noreturn]] void RefuseSplit(const std::string& place, const std::string& split,
                              const std::vector<std::string>& names) {
  throw InputError({.source = place,
                    .found = fmt::format("no split \"{}\"", split),
                    .expected = fmt::format("one of: {}", ListNames(names))});
}

}  // namespace

SplitFiles FindSplits(const fs::path& folder, const std::vector<fs::path>& candidates,
                      const SplitExpression& expression) {
  const Layout layout = LayoutOf(folder, candidates);
  std::vector<std::string> names = SplitsThereAre(layout);
  const bool has_names = !names.empty();
  if (!has_names) {
    RefuseConfigs(folder, layout);
    names = {"train"};
  }
  SplitFiles splits = {expression, {}};
  for (const std::string& split : expression.SplitNames()) {
    std::vector<fs::path> files = FilesOfSplit(folder, layout, split);
    if (files.empty() && !has_names && split == "train") files = candidates;
    if (files.empty()) RefuseSplit(folder.string(), split, names);
    splits.files_of[split] = std::move(files);
  }
  return splits;
}

SplitFiles SplitOfNamedFiles(const std::string& name, const std::vector<fs::path>& files,
                             const SplitExpression& expression) {
  for (const std::string& split : expression.SplitNames()) {
    if (split != "train") RefuseSplit(name, split, {"train"});
  }
  return {expression, {{"train", files}}};
}

}  // namespace zipflens
