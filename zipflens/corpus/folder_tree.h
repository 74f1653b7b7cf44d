// FolderTree: the FileTree of a local folder.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/corpus/dataset_layout.h"

namespace zipflens {

/// Lists each folder once, when its files are first requested. A link to a file counts as a file;
/// links to folders are not followed, and .git is excluded. Throws InputError that names a folder
/// that cannot be read; unreadable hidden folders are skipped.
class FolderTree final : public FileTree {
 public:
  explicit FolderTree(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::vector<std::string>& FilesBelow(const std::string& folder) override;
  std::optional<std::string> Read(const std::string& name) override;

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path PathOf(const std::string& file) const { return folder_ / file; }
  /// The links to folders that were found, relative to the root.
  const std::vector<std::string>& linked_folders() const { return linked_folders_; }

 private:
  void Walk(const std::string& inner, std::vector<std::string>& files);

  std::filesystem::path folder_;
  std::map<std::string, std::vector<std::string>> files_below_;
  std::vector<std::string> linked_folders_;
};

}  // namespace zipflens
