// StudyFolder: the tables of a study on disk, while it is made and after it is saved.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "zipflens/base/atomic_output.h"

namespace zipflens {

/// A folder of tables. One that was not saved is removed with its last owner.
class StudyFolder {
 public:
  /// A new folder, beside `final_path` (so that saving it there is a rename), or in the system's
  /// temporary folder if that is empty. Throws OutputError as AtomicOutput does: an output that
  /// exists is refused here, before anything is computed.
  StudyFolder(const std::filesystem::path& final_path, AtomicOutput::Existing existing);
  /// A folder that was saved.
  explicit StudyFolder(std::filesystem::path saved) : path_(std::move(saved)) {}

  const std::filesystem::path& path() const { return path_; }

  /// Makes the folder appear whole as `final_path`: by a rename if it was made for that path, else
  /// by copying. `add` writes more files into it first. Throws OutputError; then nothing appears.
  void SaveAs(const std::filesystem::path& final_path, AtomicOutput::Existing existing,
              const std::function<void(const std::filesystem::path& folder)>& add);

 private:
  std::filesystem::path path_;
  std::unique_ptr<AtomicOutput> in_the_making_;  // nullptr: saved
};

}  // namespace zipflens
