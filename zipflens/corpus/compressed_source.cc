#include "zipflens/corpus/compressed_source.h"

#include <bzlib.h>
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

constexpr std::size_t kInputBytes = std::size_t{1} << 18;

// What the decompressors share: reading compressed input in blocks, and the errors for bad streams.
class CompressedByteSource : public ByteSource {
 public:
  std::uint64_t bytes_done() const override { return raw_->bytes_done(); }

 protected:
  CompressedByteSource(std::unique_ptr<ByteSource> raw, std::string name, std::string format)
      : raw_(std::move(raw)),
        name_(std::move(name)),
        format_(std::move(format)),
        input_(kInputBytes) {}

  // Returns the next block of compressed bytes; empty at the end of the file.
  std::span<char> NextInput() {
    const std::size_t count = raw_->Read(input_);
    return std::span<char>(input_).first(count);
  }

  [[noreturn]] void Refuse(const std::string& found) const {
    throw InputError({.source = name_,
                      .place = fmt::format("compressed byte {} or before", raw_->bytes_done()),
                      .found = found,
                      .expected = fmt::format("a whole {} file", format_)});
  }

  [[noreturn]] void RefuseTruncated() const {
    Refuse(fmt::format("the end of the file inside a {} stream (truncated)", format_));
  }

 private:
  std::unique_ptr<ByteSource> raw_;
  std::string name_;
  std::string format_;
  std::vector<char> input_;
};

class GzipByteSource final : public CompressedByteSource {
 public:
  GzipByteSource(std::unique_ptr<ByteSource> raw, const std::string& name)
      : CompressedByteSource(std::move(raw), name, "gzip") {
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

  // Prepares for the next member. Zero bytes between members or after the last one are padding.
  // Returns false if more input is needed.
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
  ZstdByteSource(std::unique_ptr<ByteSource> raw, const std::string& name)
      : CompressedByteSource(std::move(raw), name, "Zstandard"), context_(ZSTD_createDCtx()) {
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
      // If the output buffer was full, the decompressor may hold more bytes: flush them before
      // reading on.
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

class Bzip2ByteSource final : public CompressedByteSource {
 public:
  Bzip2ByteSource(std::unique_ptr<ByteSource> raw, const std::string& name)
      : CompressedByteSource(std::move(raw), name, "bzip2") {}
  ~Bzip2ByteSource() override {
    if (inside_stream_) BZ2_bzDecompressEnd(&stream_);
  }
  Bzip2ByteSource(const Bzip2ByteSource&) = delete;
  Bzip2ByteSource& operator=(const Bzip2ByteSource&) = delete;

  std::size_t Read(std::span<char> buffer) override {
    stream_.next_out = buffer.data();
    stream_.avail_out = static_cast<unsigned>(std::min(buffer.size(), kInputBytes));
    const unsigned wanted = stream_.avail_out;
    while (stream_.avail_out == wanted) {
      if (stream_.avail_in == 0 && !Refill()) break;
      if (!inside_stream_) BeginStream();
      const int status = BZ2_bzDecompress(&stream_);
      if (status == BZ_STREAM_END) {
        BZ2_bzDecompressEnd(&stream_);
        inside_stream_ = false;
      } else if (status == BZ_DATA_ERROR_MAGIC) {
        Refuse("bytes that are not bzip2");
      } else if (status == BZ_MEM_ERROR) {
        throw std::bad_alloc();
      } else if (status != BZ_OK) {
        Refuse("damaged data (a checksum or code that is wrong)");
      }
    }
    return wanted - stream_.avail_out;
  }

 private:
  // The end of a stream follows all of its data. So if the library still holds data, there is input
  // left.
  bool Refill() {
    const std::span<char> input = NextInput();
    if (input.empty() && inside_stream_) RefuseTruncated();
    stream_.next_in = input.data();
    stream_.avail_in = static_cast<unsigned>(input.size());
    return !input.empty();
  }

  // Each stream needs a new decompression state, which keeps the input and output pointers.
  void BeginStream() {
    const bz_stream places = stream_;
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, /*verbosity=*/0, /*small=*/0) != BZ_OK) {
      throw std::bad_alloc();
    }
    stream_.next_in = places.next_in;
    stream_.avail_in = places.avail_in;
    stream_.next_out = places.next_out;
    stream_.avail_out = places.avail_out;
    inside_stream_ = true;
  }

  bz_stream stream_ = {};
  bool inside_stream_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> Decompressed(std::unique_ptr<ByteSource> raw, Compression compression,
                                         const std::string& name) {
  switch (compression) {
    case Compression::kNone:
      break;
    case Compression::kGzip:
      return std::make_unique<GzipByteSource>(std::move(raw), name);
    case Compression::kZstandard:
      return std::make_unique<ZstdByteSource>(std::move(raw), name);
    case Compression::kBzip2:
      return std::make_unique<Bzip2ByteSource>(std::move(raw), name);
  }
  return raw;
}

}  // namespace zipflens
