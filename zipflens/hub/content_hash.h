// ContentHash: the two digests by which the hub identifies the content of files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace zipflens {

/// Computes the digest of a file from consecutive pieces of it. Large files (Git LFS) have a
/// SHA-256. Small files have the SHA-1 of a git blob, which is the SHA-1 of "blob SIZE\0" followed
/// by the bytes.
class ContentHash {
 public:
  enum class Kind { kSha256, kGitBlobSha1 };
  /// `size` is the size of the whole file; it is part of the git digest.
  ContentHash(Kind kind, std::uint64_t size);
  ~ContentHash();
  ContentHash(const ContentHash&) = delete;
  ContentHash& operator=(const ContentHash&) = delete;

  void Update(std::string_view bytes);
  /// Returns the digest as 64 (SHA-256) or 40 (SHA-1) lower-case hexadecimal digits. Call it once.
  std::string HexDigest();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Returns whether `text` is such a digest of `length` digits.
bool IsDigest(std::string_view text, std::size_t length);

}  // namespace zipflens
