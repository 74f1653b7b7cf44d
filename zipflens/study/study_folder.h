// StudyFolder: owns the folder with the tables of a study, before and after it is saved.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "zipflens/base/atomic_output.h"

namespace zipflens {

/// A folder of tables. If it was never saved, the destructor removes it.
class StudyFolder {
 public:
  /// Makes a new folder beside `final_path`, so that saving it there is a rename, or in the
  /// system's temporary folder if `final_path` is empty. Throws OutputError as AtomicOutput does:
  /// an existing output is refused here, before anything is computed.
  StudyFolder(const std::filesystem::path& final_path, AtomicOutput::Existing existing);
  /// Refers to a folder that was saved.
  explicit StudyFolder(std::filesystem::path saved) : path_(std::move(saved)) {}

  const std::filesystem::path& path() const { return path_; }

  /// Saves the folder as `final_path`, atomically: by a rename if it was made for that path, else
  /// by copying. `add` writes further files into it first. Throws OutputError; then `final_path` is
  /// unchanged.
  void SaveAs(const std::filesystem::path& final_path, AtomicOutput::Existing existing,
              const std::function<void(const std::filesystem::path& folder)>& add);

 private:
  std::filesystem::path path_;
  std::unique_ptr<AtomicOutput> in_the_making_;  // nullptr if the folder is saved
};

}  // namespace zipflens
