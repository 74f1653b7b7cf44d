// SHA-256 of files and strings (OpenSSL), by which a study identifies its inputs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace zipflens {

/// A SHA-256 that is computed incrementally.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void Update(std::span<const std::byte> bytes);
  void Update(std::string_view text);
  /// The digest as 64 lower-case hexadecimal digits. Call it only once.
  std::string HexDigest();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// The digest of a file's bytes. Throws InputError if the file cannot be read.
std::string Sha256OfFile(const std::filesystem::path& path);

}  // namespace zipflens
