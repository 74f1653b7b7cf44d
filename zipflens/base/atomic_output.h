// Output files and folders that appear completely or not at all: they are written under a temporary
// name and renamed at the end.
#pragma once

#include <filesystem>
#include <string_view>

namespace zipflens {

/// A file or folder that is being written. temporary_path() is in the folder of final_path(), hence
/// on the same file system. The destructor removes it unless Commit() was called.
class AtomicOutput {
 public:
  enum class Kind { kFile, kFolder };
  enum class Existing {
    kRefuse,   // the constructor throws OutputError if the output exists
    kReplace,  // Commit() replaces it; it is kept if the run fails
  };

  /// Creates the parent folders and an empty temporary file or folder. Throws OutputError if
  /// final_path exists and is not to be replaced, or if nothing can be written there. An empty
  /// folder counts as not existing.
  AtomicOutput(std::filesystem::path final_path, Kind kind, Existing existing);
  ~AtomicOutput();
  AtomicOutput(const AtomicOutput&) = delete;
  AtomicOutput& operator=(const AtomicOutput&) = delete;

  const std::filesystem::path& temporary_path() const { return temporary_path_; }
  const std::filesystem::path& final_path() const { return final_path_; }

  /// Flushes everything to disk and renames it to the final path. Throws OutputError; the temporary
  /// file or folder is then removed.
  void Commit();

 private:
  std::filesystem::path final_path_;
  std::filesystem::path temporary_path_;
  Kind kind_;
  Existing existing_;
  bool committed_ = false;
};

/// Writes `content` to `path`. Throws OutputError if any of it cannot be written ("No space left on
/// device").
void WriteFileOrThrow(const std::filesystem::path& path, std::string_view content);

}  // namespace zipflens
