// ScratchFolder: files in memory, for readers that take paths.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace zipflens::fuzz {

/// A folder in /dev/shm, or in the system's temporary folder if there is no /dev/shm. It is removed
/// with the object.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// Writes a file in place of an older one and returns its path. Makes the folders in `name`.
  std::filesystem::path Write(const std::string& name, std::string_view content) const;
  /// Removes a file, if it exists.
  void Remove(const std::string& name) const;
  /// Removes all that is in the folder.
  void Clear() const;

 private:
  std::filesystem::path path_;
};

/// The folder of this process, made on the first call.
const ScratchFolder& Scratch();

}  // namespace zipflens::fuzz
