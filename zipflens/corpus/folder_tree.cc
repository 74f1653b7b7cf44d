#include "zipflens/corpus/folder_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/base/mapped_file.h"

namespace zipflens {

namespace fs = std::filesystem;

// Adds the files below `inner`, which is "" or ends with '/'.
void FolderTree::Walk(const std::string& inner, std::vector<std::string>& files) {
  ThrowIfInterrupted();
  const fs::path place = inner.empty() ? folder_ : folder_ / inner;
  const bool is_hidden = inner.starts_with('.') || inner.find("/.") != std::string::npos;
  std::error_code error;
  for (fs::directory_iterator entry(place, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (!entry->is_directory(ignored)) {
      files.push_back(inner + name);
    } else if (entry->is_symlink(ignored)) {
      linked_folders_.push_back(inner + name);
    } else if (name != ".git") {
      Walk(inner + name + '/', files);
    }
  }
  if (!error || is_hidden) return;
  throw InputError({.source = place.string(),
                    .found = fmt::format("\"{}\"", error.message()),
                    .expected = "a readable folder"});
}

const std::vector<std::string>& FolderTree::FilesBelow(const std::string& folder) {
  const auto known = files_below_.find(folder);
  if (known != files_below_.end()) return known->second;
  std::vector<std::string> files;
  if (folder.empty()) {
    Walk("", files);
    std::sort(files.begin(), files.end());
  } else {
    const std::string prefix = folder + "/";
    const std::vector<std::string>& all = FilesBelow("");
    const auto first = std::lower_bound(all.begin(), all.end(), prefix);
    const auto last = std::find_if_not(
        first, all.end(), [&](const std::string& file) { return file.starts_with(prefix); });
    files.assign(first, last);
  }
  return files_below_.emplace(folder, std::move(files)).first->second;
}

std::optional<std::string> FolderTree::Read(const std::string& name) {
  const fs::path path = folder_ / name;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  return ReadTextFile(path);
}

}  // namespace zipflens
