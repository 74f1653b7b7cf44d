#include "zipflens/corpus/split_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "zipflens/base/ascii_case.h"
#include "zipflens/base/error.h"
#include "zipflens/corpus/dataset_layout.h"
#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/file_pattern.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

// Adds a note about files that belong to no split. It adds none if there is a card, because a card
// decides what is data.
void NoteWhatIsLeft(FolderTree& tree, const std::string& config, const DatasetLayout& layout,
                    std::vector<std::string>& notes) {
  if (layout.num_configs > 0) return;
  std::set<std::string_view> taken;
  for (const SplitPaths& split : layout.splits)
    taken.insert(split.files.begin(), split.files.end());
  std::vector<std::string> left;
  for (const std::string& file : tree.FilesBelow(config)) {
    if (!taken.contains(file) && !IsPassedOverByName(file)) left.push_back(file);
  }
  if (!left.empty()) notes.push_back(PassedOverNote(layout.source, "in no split", left));
}

}  // namespace

std::string PassedOverNote(const std::string& place, const std::string& why,
                           const std::vector<std::string>& files) {
  constexpr std::size_t kMostShown = 5;
  std::string names;
  for (std::size_t i = 0; i < std::min(files.size(), kMostShown); ++i) {
    names += (i == 0 ? "" : ", ") + files[i];
  }
  if (files.size() > kMostShown) names += fmt::format(" and {} more", files.size() - kMostShown);
  return fmt::format("{}: passed over {} {} ({}): {}", place, files.size(),
                     files.size() == 1 ? "file" : "files", why, names);
}

bool IsAboutData(std::string_view path) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "readme", "license", "licence",   "copying",      "copyright",
      "notice", "authors", "changelog", "contributing", "citation"};
  const std::string name = AsciiLower(path.substr(path.rfind('/') + 1));
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view known) {
    return name.starts_with(known) &&
           (name.size() == known.size() || name.find_first_of("-._ ") == known.size());
  });
}

SplitFiles FindSplits(FolderTree& tree, const std::string& config,
                      const SplitExpression& expression) {
  const DatasetLayout layout = ResolveDataset(tree, tree.folder().string(), config);
  SplitFiles splits = {.expression = SelectSplits(layout, expression), .files_of = {}};
  splits.format = layout.format;
  std::vector<std::string> about;
  for (const std::string& name : splits.expression.SplitNames()) {
    const auto split = std::find_if(layout.splits.begin(), layout.splits.end(),
                                    [&](const SplitPaths& each) { return each.name == name; });
    for (const std::string& file : split->files) {
      splits.files_of[name].push_back(tree.PathOf(file));
      if (IsAboutData(file)) about.push_back(file);
    }
  }
  NoteWhatIsLeft(tree, config, layout, splits.notes);
  if (!about.empty()) {
    splits.notes.push_back(fmt::format("{}: {} is read as data, as `datasets` does it",
                                       layout.source, ListNames(about)));
  }
  return splits;
}

SplitFiles SplitOfNamedFiles(const std::string& name, const std::vector<fs::path>& files,
                             const SplitExpression& expression) {
  const SplitExpression expanded = expression.WithAll({"train"});
  for (const std::string& split : expanded.SplitNames()) {
    if (split == "train") continue;
    throw InputError({.source = name,
                      .found = fmt::format("no split \"{}\"", split),
                      .expected = "train, which is all of what files and globs name"});
  }
  return {.expression = expanded, .files_of = {{"train", files}}};
}

}  // namespace zipflens
