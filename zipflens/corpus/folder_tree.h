// FolderTree: the files of a folder here, as a data set's.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/corpus/dataset_layout.h"

namespace zipflens {

/// Lists a folder once, when it is first asked for files. Links to files count as files; links to
/// folders are not followed; .git is left out. Throws InputError naming the folder that cannot be
/// read (hidden ones are then passed over).
class FolderTree final : public FileTree {
 public:
  explicit FolderTree(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::vector<std::string>& FilesBelow(const std::string& folder) override;
  std::optional<std::string> Read(const std::string& name) override;

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path PathOf(const std::string& file) const { return folder_ / file; }
  /// Links to folders, relative to the root.
  const std::vector<std::string>& linked_folders() const { return linked_folders_; }

 private:
  void Walk(const std::string& inner, std::vector<std::string>& files);

  std::filesystem::path folder_;
  std::map<std::string, std::vector<std::string>> files_below_;
  std::vector<std::string> linked_folders_;
};

}  // namespace zipflens
