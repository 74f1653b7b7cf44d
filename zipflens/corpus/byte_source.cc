#include "zipflens/corpus/byte_source.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "zipflens/base/ascii_case.h"
#include "zipflens/base/regular_file.h"
#include "zipflens/corpus/compressed_source.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

class RegularFileSource final : public ByteSource {
 public:
  explicit RegularFileSource(const fs::path& path) : file_(path) {}
  std::size_t Read(std::span<char> buffer) override {
    const std::size_t count = file_.Read(buffer);
    num_bytes_ += count;
    return count;
  }
  std::uint64_t bytes_done() const override { return num_bytes_; }

 private:
  RegularFile file_;
  std::uint64_t num_bytes_ = 0;
};

/// Standard input. Bytes that Peek has read are returned first.
class StandardInputSource final : public ByteSource {
 public:
  static constexpr const char* kName = "standard input";

  std::size_t Read(std::span<char> buffer) override {
    if (!read_before_.empty()) {
      const std::size_t count = read_before_.copy(buffer.data(), buffer.size());
      read_before_.erase(0, count);
      return count;
    }
    return ReadSome(buffer);
  }

  std::uint64_t bytes_done() const override { return num_bytes_; }

  // Returns the first bytes, which Read() will return again. Returns `num_bytes` bytes, or fewer if
  // the input ends or `is_enough(bytes)` is true, so that a user who types a line gets an answer
  // before the next line.
  template <typename Predicate>
  std::string_view Peek(std::size_t num_bytes, const Predicate& is_enough) {
    read_before_.resize(num_bytes);
    std::size_t count = 0;
    while (count < num_bytes && !is_enough(std::string_view(read_before_).substr(0, count))) {
      const std::size_t more = ReadSome(std::span<char>(read_before_).subspan(count));
      if (more == 0) break;
      count += more;
    }
    read_before_.resize(count);
    return read_before_;
  }

 private:
  std::size_t ReadSome(std::span<char> buffer) {
    const std::size_t count = ReadDescriptor(STDIN_FILENO, buffer, kName);
    num_bytes_ += count;
    return count;
  }

  std::string read_before_;
  std::uint64_t num_bytes_ = 0;
};

Compression CompressionOfEnding(const fs::path& path) {
  const std::string ending = AsciiLower(path.extension().string());
  if (ending == ".gz") return Compression::kGzip;
  if (ending == ".zst") return Compression::kZstandard;
  if (ending == ".bz2") return Compression::kBzip2;
  return Compression::kNone;
}

// The magic numbers of the formats. The first two are not UTF-8, and no text begins like the third.
struct Magic {
  Compression compression;
  std::string_view bytes;
  std::size_t free_byte;  // index of a byte that may have any value; npos: none
};
constexpr std::size_t kNoFreeByte = std::string_view::npos;
constexpr std::array<Magic, 3> kMagics = {{
    {Compression::kGzip, "\x1F\x8B", kNoFreeByte},
    {Compression::kZstandard, "\x28\xB5\x2F\xFD", kNoFreeByte},
    {Compression::kBzip2, "BZh9\x31\x41\x59\x26\x53\x59", 3},  // the digit is the block size
}};
constexpr std::size_t kMagicBytes = 10;

// Returns whether `first` and the magic number agree up to the end of the shorter one.
bool Agrees(std::string_view first, const Magic& magic) {
  for (std::size_t i = 0; i < std::min(first.size(), magic.bytes.size()); ++i) {
    if (i != magic.free_byte && first[i] != magic.bytes[i]) return false;
  }
  return true;
}

// Returns whether `first` is long enough to decide the compression.
bool TellsCompression(std::string_view first) {
  return std::none_of(kMagics.begin(), kMagics.end(), [first](const Magic& magic) {
    return first.size() < magic.bytes.size() && Agrees(first, magic);
  });
}

Compression CompressionOfMagic(std::string_view first) {
  for (const Magic& magic : kMagics) {
    if (first.size() >= magic.bytes.size() && Agrees(first, magic)) return magic.compression;
  }
  return Compression::kNone;
}

}  // namespace

bool IsStandardInput(const fs::path& path) { return path == "-"; }

std::unique_ptr<ByteSource> OpenRawByteSource(const fs::path& path) {
  return std::make_unique<RegularFileSource>(path);
}

std::unique_ptr<ByteSource> OpenByteSource(const fs::path& path) {
  if (IsStandardInput(path)) {
    auto input = std::make_unique<StandardInputSource>();
    const Compression compression = CompressionOfMagic(input->Peek(kMagicBytes, TellsCompression));
    return Decompressed(std::move(input), compression, StandardInputSource::kName);
  }
  return Decompressed(OpenRawByteSource(path), CompressionOfEnding(path), path.string());
}

}  // namespace zipflens
