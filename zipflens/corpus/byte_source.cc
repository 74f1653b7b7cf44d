#include "zipflens/corpus/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/corpus/compressed_source.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

/// A file descriptor's bytes, after some that were read from it before.
class DescriptorSource final : public ByteSource {
 public:
  DescriptorSource(int file, std::string name, bool owns_file)
      : file_(file), name_(std::move(name)), owns_file_(owns_file) {}
  ~DescriptorSource() override {
    if (owns_file_) ::close(file_);
  }
  DescriptorSource(const DescriptorSource&) = delete;
  DescriptorSource& operator=(const DescriptorSource&) = delete;

  std::size_t Read(std::span<char> buffer) override {
    if (!read_before_.empty()) {
      const std::size_t count = read_before_.copy(buffer.data(), buffer.size());
      read_before_.erase(0, count);
      return count;
    }
    const std::size_t count = ReadSome(buffer);
    num_bytes_ += count;
    return count;
  }

  std::uint64_t bytes_done() const override { return num_bytes_; }

  // The first bytes, fewer only where the input ends; they come again in Read().
  std::string_view Peek(std::size_t num_bytes) {
    read_before_.resize(num_bytes);
    std::size_t count = 0;
    while (count < num_bytes) {
      const std::size_t more = ReadSome(std::span<char>(read_before_).subspan(count));
      if (more == 0) break;
      count += more;
    }
    read_before_.resize(count);
    num_bytes_ += count;
    return read_before_;
  }

 private:
  std::size_t ReadSome(std::span<char> buffer) {
    while (true) {
      const ssize_t count = ::read(file_, buffer.data(), buffer.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno == EINTR) continue;
      throw InputError({.source = name_,
                        .found = "\"" + ErrnoText(errno) + "\"",
                        .expected = "a readable file"});
    }
  }

  int file_;
  std::string name_;
  bool owns_file_;
  std::string read_before_;
  std::uint64_t num_bytes_ = 0;
};

int OpenRegularFile(const fs::path& path) {
  const auto refuse = [&path](const std::string& found) {
    throw InputError({.source = path.string(), .found = found, .expected = "a readable file"});
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) refuse('"' + ErrnoText(errno) + '"');
  struct stat status = {};
  std::string found;
  if (::fstat(file, &status) != 0) {
    found = '"' + ErrnoText(errno) + '"';
  } else if (S_ISDIR(status.st_mode)) {
    found = "a folder";
  } else if (!S_ISREG(status.st_mode)) {
    found = "something that is not a regular file";
  }
  if (found.empty()) return file;
  ::close(file);
  refuse(found);
  return -1;
}

Compression CompressionOfEnding(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  if (ending == ".gz") return Compression::kGzip;
  if (ending == ".zst") return Compression::kZstandard;
  if (ending == ".bz2") return Compression::kBzip2;
  return Compression::kNone;
}

// The formats' magic numbers. The first two are not UTF-8, the third is a sentence nobody writes.
constexpr std::size_t kMagicBytes = 10;
Compression CompressionOfMagic(std::string_view first) {
  if (first.starts_with("\x1F\x8B")) return Compression::kGzip;
  if (first.starts_with("\x28\xB5\x2F\xFD")) return Compression::kZstandard;
  if (first.starts_with("BZh") && first.substr(4) == "\x31\x41\x59\x26\x53\x59") {
    return Compression::kBzip2;
  }
  return Compression::kNone;
}

}  // namespace

bool IsStandardInput(const fs::path& path) { return path == "-"; }

std::unique_ptr<ByteSource> OpenRawByteSource(const fs::path& path) {
  return std::make_unique<DescriptorSource>(OpenRegularFile(path), path.string(),
                                            /*owns_file=*/true);
}

std::unique_ptr<ByteSource> OpenByteSource(const fs::path& path) {
  if (IsStandardInput(path)) {
    constexpr const char* kName = "standard input";
    auto input = std::make_unique<DescriptorSource>(STDIN_FILENO, kName, /*owns_file=*/false);
    const Compression compression = CompressionOfMagic(input->Peek(kMagicBytes));
    return Decompressed(std::move(input), compression, kName);
  }
  return Decompressed(OpenRawByteSource(path), CompressionOfEnding(path), path.string());
}

}  // namespace zipflens
