// Outputs that appear whole or not at all: written beside their final name and renamed at the end.
#pragma once

#include <filesystem>
#include <string_view>

namespace zipflens {

/// A file or folder in the making. temporary_path() is in the final path's folder (same file
/// system). Without Commit() the destructor removes it.
class AtomicOutput {
 public:
  enum class Kind { kFile, kFolder };
  enum class Existing {
    kRefuse,   // an output that exists is an OutputError, before anything is computed
    kReplace,  // it is replaced on Commit(), and kept if the run fails
  };

  /// Creates the parent folders and the temporary file (empty) or folder. Throws OutputError:
  /// final_path exists and is not to be replaced, or the place cannot be written. An empty folder
  /// does not count as existing.
  AtomicOutput(std::filesystem::path final_path, Kind kind, Existing existing);
  ~AtomicOutput();
  AtomicOutput(const AtomicOutput&) = delete;
  AtomicOutput& operator=(const AtomicOutput&) = delete;

  const std::filesystem::path& temporary_path() const { return temporary_path_; }
  const std::filesystem::path& final_path() const { return final_path_; }

  /// Flushes to disk and renames. Throws OutputError; the temporary is removed then.
  void Commit();

 private:
  std::filesystem::path final_path_;
  std::filesystem::path temporary_path_;
  Kind kind_;
  Existing existing_;
  bool committed_ = false;
};

/// Writes `content` to `path`, checking every byte of the way. Throws OutputError ("No space
/// left...").
void WriteFileOrThrow(const std::filesystem::path& path, std::string_view content);

}  // namespace zipflens
