// SHA-256 of files and strings (OpenSSL), for naming inputs in a study.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace zipflens {

/// An incremental SHA-256.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void Update(std::span<const std::byte> bytes);
  void Update(std::string_view text);
  /// 64 lower-case hexadecimal digits. Once only.
  std::string HexDigest();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Digest of a file's bytes; throws InputError where it cannot be read.
std::string Sha256OfFile(const std::filesystem::path& path);

}  // namespace zipflens
