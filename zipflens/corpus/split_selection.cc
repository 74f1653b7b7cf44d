// SelectSplits: checks the splits of a data set before their rows are counted.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "zipflens/base/error.h"
#include "zipflens/corpus/data_file_kinds.h"
#include "zipflens/corpus/dataset_layout.h"
#include "zipflens/corpus/document_source.h"

namespace zipflens {
namespace {

/// A file named PREFIX-00003-of-00041...
struct Shard {
  std::string prefix;  // including the folder
  std::size_t number = 0;
  std::size_t num_shards = 0;
};

std::optional<Shard> ParseShard(std::string_view path) {
  constexpr std::size_t kDigits = 5;
  constexpr std::string_view kOf = "-of-";
  const std::size_t of = path.rfind(kOf);
  if (of == std::string_view::npos || of < kDigits + 2) return std::nullopt;
  const std::string_view number = path.substr(of - kDigits, kDigits);
  const std::string_view total = path.substr(of + kOf.size(), kDigits);
  const auto all_digits = [](std::string_view text) {
    return text.size() == kDigits && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const char before = path[of - kDigits - 1];
  if ((before != '-' && before != '.') || !all_digits(number) || !all_digits(total)) {
    return std::nullopt;
  }
  return Shard{std::string(path.substr(0, of - kDigits - 1)), std::stoul(std::string(number)),
               std::stoul(std::string(total))};
}

std::string FolderOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(path.substr(0, slash == std::string_view::npos ? 0 : slash));
}

/// Checks one split of a layout.
class SplitCheck {
 public:
  SplitCheck(const DatasetLayout& layout, const SplitPaths& split)
      : layout_(layout), split_(split) {}

  void Check() const {
    if (split_.files.empty()) Refuse("no data file", "at least one");
    for (const std::string& file : split_.files) {
      if (IsUnreadCompression(file)) Refuse(file, "no compression but .gz, .zst or .bz2");
    }
    RefuseTwice();
    RefuseSharedFiles();
    RequireWholeSets();
  }

 private:
  [[noreturn]] void Refuse(const std::string& found, const std::string& expected) const {
    throw InputError({.source = fmt::format("{}: split {}", layout_.source, split_.name),
                      .found = found,
                      .expected = expected});
  }

  void RefuseTwice() const {
    std::set<std::string_view> seen;
    for (const std::string& file : split_.files) {
      if (seen.insert(file).second) continue;
      Refuse(fmt::format("{} twice, since two patterns stand for it", file),
             "every file once (`datasets` reads it twice); name the files");
    }
  }

  void RefuseSharedFiles() const {
    static constexpr std::array<std::string_view, 3> kApart = {"train", "validation", "test"};
    const auto is_apart = [](std::string_view name) {
      return std::find(kApart.begin(), kApart.end(), name) != kApart.end();
    };
    if (!is_apart(split_.name)) return;
    const std::set<std::string_view> mine(split_.files.begin(), split_.files.end());
    for (const SplitPaths& other : layout_.splits) {
      if (other.name == split_.name || !is_apart(other.name)) continue;
      for (const std::string& file : other.files) {
        if (!mine.contains(file)) continue;
        Refuse(fmt::format("{} in {} too", file, other.name),
               "a file in one of train, validation and test; name the files");
      }
    }
  }

  void RequireWholeSets() const {
    std::map<std::string, std::vector<Shard>> sets;
    for (const std::string& file : split_.files) {
      if (const std::optional<Shard> shard = ParseShard(file)) {
        sets[shard->prefix].push_back(*shard);
      }
    }
    for (const auto& [prefix, shards] : sets) RequireWholeSet(prefix, shards);
    if (layout_.num_configs == 0) RefuseFoldersOfShards(sets);
  }

  void RequireWholeSet(const std::string& prefix, const std::vector<Shard>& shards) const {
    std::set<std::size_t> numbers;
    const std::size_t total = shards.front().num_shards;
    bool is_one_set = true;
    for (const Shard& shard : shards) {
      is_one_set = is_one_set && shard.num_shards == total && numbers.insert(shard.number).second;
    }
    if (!is_one_set) {
      Refuse(fmt::format("shards of more than one set ({})", prefix),
             "one set (or name the files)");
    }
    const bool is_whole =
        shards.size() == total && *numbers.rbegin() - *numbers.begin() + 1 == total;
    if (is_whole) return;
    Refuse(fmt::format("{} of {} shards ({})", shards.size(), total, prefix),
           "all of them, since rows are counted over all (or name the files themselves)");
  }

  // Several configurations, each in its own folder, must not be read as one split.
  void RefuseFoldersOfShards(const std::map<std::string, std::vector<Shard>>& sets) const {
    std::set<std::string> folders;
    for (const auto& [prefix, shards] : sets) folders.insert(FolderOf(prefix));
    if (folders.size() < 2) return;
    const std::vector<std::string> names(folders.begin(), folders.end());
    Refuse(fmt::format("whole sets of shards in the folders {}", ListNames(names)),
           fmt::format("one of them as configuration, such as {}:{}:{}", layout_.source,
                       names.back(), split_.name));
  }

  const DatasetLayout& layout_;
  const SplitPaths& split_;
};

}  // namespace

SplitExpression SelectSplits(const DatasetLayout& layout, const SplitExpression& expression) {
  std::vector<std::string> names;
  std::vector<std::string> with_files;
  for (const SplitPaths& split : layout.splits) {
    names.push_back(split.name);
    if (!split.files.empty()) with_files.push_back(split.name);
  }
  SplitExpression expanded = expression.WithAll(with_files);
  for (const std::string& name : expanded.SplitNames()) {
    const auto split = std::find_if(layout.splits.begin(), layout.splits.end(),
                                    [&](const SplitPaths& each) { return each.name == name; });
    if (split == layout.splits.end()) {
      throw InputError({.source = layout.config.empty()
                                      ? layout.source
                                      : fmt::format("{}:{}", layout.source, layout.config),
                        .found = fmt::format("no split \"{}\"", name),
                        .expected = fmt::format("one of: {}", ListNames(names))});
    }
    SplitCheck(layout, *split).Check();
  }
  return expanded;
}

}  // namespace zipflens
