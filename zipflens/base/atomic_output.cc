#include "zipflens/base/atomic_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

bool IsEmptyFolder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) && fs::is_empty(path, ignored);
}

[[noreturn]] void Fail(const fs::path& path, const std::string& why) {
  throw OutputError(fmt::format("{}: cannot be written: {}", path.string(), why));
}

void FlushToDisk(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) Fail(path, ErrnoText(errno));
  const int status = ::fsync(file);
  const int error = errno;
  ::close(file);
  if (status != 0 && error != EINVAL && error != EROFS) Fail(path, ErrnoText(error));
}

}  // namespace

AtomicOutput::AtomicOutput(fs::path final_path, Kind kind, Existing existing)
    : final_path_(std::move(final_path)), kind_(kind), existing_(existing) {
  if (!final_path_.has_filename()) final_path_ = final_path_.parent_path();  // a trailing slash
  std::error_code error;
  const bool exists = fs::exists(fs::symlink_status(final_path_, error));
  if (exists && existing == Existing::kRefuse && !IsEmptyFolder(final_path_)) {
    throw OutputError(fmt::format(
        "{}: exists already; give another name, or `replace` to replace it", final_path_.string()));
  }
  if (exists && kind == Kind::kFolder && !fs::is_directory(final_path_)) {
    throw OutputError(
        fmt::format("{}: is a file; a folder is to be written", final_path_.string()));
  }
  if (exists && kind == Kind::kFile && fs::is_directory(final_path_)) {
    throw OutputError(
        fmt::format("{}: is a folder; a file is to be written", final_path_.string()));
  }
  const fs::path parent = final_path_.has_parent_path() ? final_path_.parent_path() : ".";
  fs::create_directories(parent, error);
  if (error) Fail(parent, error.message());
  temporary_path_ =
      parent / fmt::format(".{}.{}.part", final_path_.filename().string(), ::getpid());
  fs::remove_all(temporary_path_, error);
  if (kind == Kind::kFolder) {
    fs::create_directory(temporary_path_, error);
    if (error) Fail(final_path_, error.message());
  } else {
    WriteFileOrThrow(temporary_path_, "");
  }
}

AtomicOutput::~AtomicOutput() {
  std::error_code ignored;
  if (!committed_) fs::remove_all(temporary_path_, ignored);
}

void AtomicOutput::Commit() {
  if (kind_ == Kind::kFolder) {
    for (const auto& entry : fs::recursive_directory_iterator(temporary_path_)) {
      if (entry.is_regular_file()) FlushToDisk(entry.path());
    }
  }
  FlushToDisk(temporary_path_);
  // A folder cannot be renamed over a folder that is not empty, so the old one is renamed first.
  const fs::path aside = temporary_path_.string() + ".old";
  std::error_code error;
  const bool exists = fs::exists(fs::symlink_status(final_path_, error));
  if (exists && existing_ == Existing::kRefuse && !IsEmptyFolder(final_path_)) {
    Fail(final_path_, "it came into being while the run was going on");
  }
  const bool replaces_folder = kind_ == Kind::kFolder && exists;
  if (replaces_folder) {
    fs::rename(final_path_, aside, error);
    if (error) Fail(final_path_, error.message());
  }
  fs::rename(temporary_path_, final_path_, error);
  if (error) {
    std::error_code ignored;
    if (replaces_folder) fs::rename(aside, final_path_, ignored);
    Fail(final_path_, error.message());
  }
  committed_ = true;
  if (replaces_folder) fs::remove_all(aside, error);
}

void WriteFileOrThrow(const fs::path& path, std::string_view content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) Fail(path, ErrnoText(errno));
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error = errno;
      ::close(file);
      Fail(path, ErrnoText(error));
    }
    content.remove_prefix(written);
  }
  if (::close(file) != 0) Fail(path, ErrnoText(errno));
}

}  // namespace zipflens
