// FileLock: one process at a time, in the way that huggingface_hub locks its downloads.
#pragma once

#include <filesystem>

namespace zipflens {

/// An exclusive flock(2) on a file that is made where it is missing (mode 0664, as `WeakFileLock`
/// does it), held until destruction; the kernel frees it when the process ends, however it ends.
/// Waits, looking for a request to stop (InterruptedError). Throws OutputError: no such folder, no
/// permission, a symbolic link.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace zipflens
