// FileLock: a lock between processes, compatible with the one of huggingface_hub's downloads.
#pragma once

#include <filesystem>

namespace zipflens {

/// An exclusive flock(2) on a file, held until destruction. The file is created if it is missing
/// (mode 0664, as `WeakFileLock` does). The kernel releases the lock when the process ends, even by
/// a crash. The constructor waits for the lock. Throws InterruptedError if the wait is interrupted,
/// and OutputError if the folder does not exist, there is no permission or the path is a symbolic
/// link.
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
