#include "zipflens/hub/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"

namespace zipflens {
namespace {

void WaitForLock(int descriptor, const std::filesystem::path& path) {
  constexpr std::chrono::milliseconds kBetweenAttempts(50);
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      throw OutputError(fmt::format("{}: cannot be locked: {}", path.string(), ErrnoText(errno)));
    }
    ThrowIfInterrupted();
    std::this_thread::sleep_for(kBetweenAttempts);
  }
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& path) {
  constexpr mode_t kGroupMayWait = 0664;
  while (true) {
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kGroupMayWait);
    if (descriptor_ < 0) {
      throw OutputError(fmt::format("{}: cannot be opened: {}", path.string(), ErrnoText(errno)));
    }
    try {
      WaitForLock(descriptor_, path);
    } catch (...) {
      ::close(descriptor_);
      throw;
    }
    // Some holders remove the file when they release the lock. A lock on a removed file excludes
    // nobody.
    struct stat status = {};
    if (::fstat(descriptor_, &status) == 0 && status.st_nlink > 0) return;
    ::close(descriptor_);
  }
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace zipflens
