#include "zipflens/base/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <vector>

#include "zipflens/base/check.h"
#include "zipflens/base/regular_file.h"

namespace zipflens {

struct Sha256::Context {
  EVP_MD_CTX* value = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(value); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  ZIPFLENS_CHECK(EVP_DigestInit_ex(context_->value, EVP_sha256(), nullptr) == 1);
}
Sha256::~Sha256() = default;

void Sha256::Update(std::span<const std::byte> bytes) {
  ZIPFLENS_CHECK(EVP_DigestUpdate(context_->value, bytes.data(), bytes.size()) == 1);
}
void Sha256::Update(std::string_view text) {
  Update(std::as_bytes(std::span<const char>(text.data(), text.size())));
}

std::string Sha256::HexDigest() {
  std::array<unsigned char, 32> digest = {};
  ZIPFLENS_CHECK(EVP_DigestFinal_ex(context_->value, digest.data(), nullptr) == 1);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string Sha256OfFile(const std::filesystem::path& path) {
  // Read, not mapped: pages of a large model must not count as this process's memory.
  RegularFile file(path);
  std::vector<char> block(std::size_t{1} << 20);
  Sha256 hash;
  while (const std::size_t count = file.Read(block)) {
    hash.Update(std::string_view(block.data(), count));
  }
  return hash.HexDigest();
}

}  // namespace zipflens
