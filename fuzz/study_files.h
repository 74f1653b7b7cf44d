// StudyFiles: a small study on disk whose files can be changed and restored.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fuzz/input_bytes.h"
#include "fuzz/scratch_folder.h"

namespace arrow {
class Table;
}

namespace zipflens::fuzz {

/// A copy of a study folder.
class StudyFiles {
 public:
  /// Copies `study`. It must be one that can be loaded.
  explicit StudyFiles(const std::filesystem::path& study);

  const std::filesystem::path& folder() const { return folder_; }

  /// Changes one table or study.json as the input says.
  void Change(InputBytes& input);
  /// Writes the files that were changed as they were.
  void Restore();

 private:
  void ChangeJson(InputBytes& input);
  void ChangeTable(const std::string& name, InputBytes& input);

  ScratchFolder scratch_;
  std::filesystem::path folder_;
  std::map<std::string, std::string> contents_;  // by name within the folder
  std::map<std::string, std::shared_ptr<arrow::Table>> tables_;
  std::vector<std::string> table_names_;
  std::vector<std::string> changed_;
};

/// The study that the targets change: the folder that ZIPFLENS_FUZZ_STUDY names.
std::filesystem::path SmallStudyFolder();

}  // namespace zipflens::fuzz
