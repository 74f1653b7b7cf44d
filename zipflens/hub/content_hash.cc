#include "zipflens/hub/content_hash.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "zipflens/base/check.h"

namespace zipflens {

struct ContentHash::Context {
  EVP_MD_CTX* value = EVP_MD_CTX_new();
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(value); }
};

ContentHash::ContentHash(Kind kind, std::uint64_t size) : context_(std::make_unique<Context>()) {
  const EVP_MD* digest = kind == Kind::kSha256 ? EVP_sha256() : EVP_sha1();
  ZIPFLENS_CHECK(EVP_DigestInit_ex(context_->value, digest, nullptr) == 1);
  if (kind == Kind::kGitBlobSha1) {
    const std::string head = fmt::format("blob {}", size);
    Update({head.c_str(), head.size() + 1});  // including its zero byte
  }
}

ContentHash::~ContentHash() = default;

void ContentHash::Update(std::string_view bytes) {
  ZIPFLENS_CHECK(EVP_DigestUpdate(context_->value, bytes.data(), bytes.size()) == 1);
}

std::string ContentHash::HexDigest() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest = {};
  unsigned int size = 0;
  ZIPFLENS_CHECK(EVP_DigestFinal_ex(context_->value, digest.data(), &size) == 1);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

bool IsDigest(std::string_view text, std::size_t length) {
  return text.size() == length && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace zipflens
