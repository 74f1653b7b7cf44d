#include "zipflens/corpus/byte_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kInputBytes = std::size_t{1} << 18;

class RawByteSource final : public ByteSource {
 public:
  explicit RawByteSource(const fs::path& path)
      : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0) Refuse("\"" + ErrnoText(errno) + "\"");
    struct stat status = {};
    std::string found;
    if (::fstat(file_, &status) != 0) {
      found = "\"" + ErrnoText(errno) + "\"";
    } else if (S_ISDIR(status.st_mode)) {
      found = "a folder";
    } else if (!S_ISREG(status.st_mode)) {
      found = "something that is not a regular file";
    }
    if (found.empty()) return;
    ::close(file_);
    Refuse(found);
  }
  ~RawByteSource() override { ::close(file_); }
  RawByteSource(const RawByteSource&) = delete;
  RawByteSource& operator=(const RawByteSource&) = delete;

  std::size_t Read(std::span<char> buffer) override {
    while (true) {
      const ssize_t count = ::read(file_, buffer.data(), buffer.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) Refuse("\"" + ErrnoText(errno) + "\"");
    }
  }

 private:
  [[noreturn]] void Refuse(const std::string& found) const {
    throw InputError({.source = path_.string(), .found = found, .expected = "a readable file"});
  }

  fs::path path_;
  int file_;
};

// What both decompressors share: compressed input in blocks, and the sentences for bad streams.
class CompressedByteSource : public ByteSource {
 protected:
  CompressedByteSource(const fs::path& path, std::string format)
      : path_(path), format_(std::move(format)), raw_(path), input_(kInputBytes) {}

  // The next block of compressed bytes; empty at the end of the file.
  std::span<char> NextInput() {
    const std::size_t count = raw_.Read(input_);
    num_input_bytes_ += count;
    return std::span<char>(input_).first(count);
  }

  [[noreturn]] void Refuse(const std::string& found) const {
    throw InputError({.source = path_.string(),
                      .place = fmt::format("compressed byte {} or before", num_input_bytes_),
                      .found = found,
                      .expected = fmt::format("a whole {} file", format_)});
  }

  [[noreturn]] void RefuseTruncated() const {
    Refuse(fmt::format("the end of the file inside a {} stream (truncated)", format_));
  }

 private:
  fs::path path_;
  std::string format_;
  RawByteSource raw_;
  std::vector<char> input_;
  std::uint64_t num_input_bytes_ = 0;
};

class GzipByteSource final : public CompressedByteSource {
 public:
  explicit GzipByteSource(const fs::path& path) : CompressedByteSource(path, "gzip") {
    constexpr int kGzipOnly = 16;
    if (inflateInit2(&stream_, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~GzipByteSource() override { inflateEnd(&stream_); }
  GzipByteSource(const GzipByteSource&) = delete;
  GzipByteSource& operator=(const GzipByteSource&) = delete;

  std::size_t Read(std::span<char> buffer) override {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(std::min(buffer.size(), kInputBytes));
    const uInt wanted = stream_.avail_out;
    while (stream_.avail_out == wanted) {
      if (stream_.avail_in == 0 && !Refill()) break;
      if (!inside_member_ && !BeginMember()) continue;
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status == Z_STREAM_END) {
        inside_member_ = false;
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        Refuse(fmt::format("\"{}\"", stream_.msg != nullptr ? stream_.msg : zError(status)));
      }
    }
    return wanted - stream_.avail_out;
  }

 private:
  bool Refill() {
    const std::span<char> input = NextInput();
    if (input.empty() && inside_member_) RefuseTruncated();
    stream_.next_in = reinterpret_cast<Bytef*>(input.data());
    stream_.avail_in = static_cast<uInt>(input.size());
    return !input.empty();
  }

  // Gets ready for the next member; zero bytes between members or after the last are padding.
  bool BeginMember() {
    while (any_member_ && stream_.avail_in > 0 && *stream_.next_in == 0) {
      ++stream_.next_in;
      --stream_.avail_in;
    }
    if (stream_.avail_in == 0) return false;
    inflateReset(&stream_);
    inside_member_ = true;
    any_member_ = true;
    return true;
  }

  z_stream stream_ = {};
  bool inside_member_ = false;
  bool any_member_ = false;
};

class ZstdByteSource final : public CompressedByteSource {
 public:
  explicit ZstdByteSource(const fs::path& path)
      : CompressedByteSource(path, "Zstandard"), context_(ZSTD_createDCtx()) {
    constexpr int kWindowLogMax = 31;  // large text corpora are often written with --long=31
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kWindowLogMax);
  }
  ~ZstdByteSource() override { ZSTD_freeDCtx(context_); }
  ZstdByteSource(const ZstdByteSource&) = delete;
  ZstdByteSource& operator=(const ZstdByteSource&) = delete;

  std::size_t Read(std::span<char> buffer) override {
    ZSTD_outBuffer output = {buffer.data(), buffer.size(), 0};
    while (output.pos == 0) {
      // A full output buffer may have left decompressed bytes behind: flush before reading on.
      const bool may_hold_more = flush_first_;
      if (input_.pos == input_.size && !may_hold_more) {
        const std::span<char> block = NextInput();
        if (block.empty() && inside_frame_) RefuseTruncated();
        if (block.empty()) break;
        input_ = {block.data(), block.size(), 0};
      }
      const std::size_t status = ZSTD_decompressStream(context_, &output, &input_);
      if (ZSTD_isError(status) != 0) {
        Refuse(fmt::format("\"{}\"", ZSTD_getErrorName(status)));
      }
      inside_frame_ = status != 0;
      flush_first_ = inside_frame_ && output.pos == output.size;
    }
    return output.pos;
  }

 private:
  ZSTD_DCtx* context_;
  ZSTD_inBuffer input_ = {nullptr, 0, 0};
  bool inside_frame_ = false;
  bool flush_first_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> OpenRawByteSource(const fs::path& path) {
  return std::make_unique<RawByteSource>(path);
}

std::unique_ptr<ByteSource> OpenByteSource(const fs::path& path) {
  const std::string ending = path.extension().string();
  if (ending == ".gz" || ending == ".GZ") return std::make_unique<GzipByteSource>(path);
  if (ending == ".zst" || ending == ".ZST") return std::make_unique<ZstdByteSource>(path);
  return OpenRawByteSource(path);
}

}  // namespace zipflens
