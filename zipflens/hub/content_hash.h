// ContentHash: the two digests by which the hub names a file's content.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace zipflens {

/// The digest of a file's bytes, given piece by piece: SHA-256 (large files, Git LFS) or the SHA-1
/// of a git blob, that is of "blob SIZE\0" and the bytes (small files).
class ContentHash {
 public:
  enum class Kind { kSha256, kGitBlobSha1 };
  /// `size` is part of the git digest.
  ContentHash(Kind kind, std::uint64_t size);
  ~ContentHash();
  ContentHash(const ContentHash&) = delete;
  ContentHash& operator=(const ContentHash&) = delete;

  void Update(std::string_view bytes);
  /// Lower-case hexadecimal digits, 64 or 40. Once only.
  std::string HexDigest();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace zipflens
