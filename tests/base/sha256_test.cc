// Known answers: FIPS 180-2 appendix B and the NIST example values.
#include "zipflens/base/sha256.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/base/temporary_folder.h"

namespace zipflens {
namespace {

constexpr const char* kDigestOfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kDigestOfAMillionA =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

std::string Digest(std::string_view text) {
  Sha256 hash;
  hash.Update(text);
  return hash.HexDigest();
}

TEST(Sha256, GivesTheKnownAnswers) {
  EXPECT_EQ(Digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Digest("abc"), kDigestOfAbc);
  EXPECT_EQ(Digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Digest(std::string(1'000'000, 'a')), kDigestOfAMillionA);
}

TEST(Sha256, DoesNotCareHowTheBytesAreCut) {
  Sha256 hash;
  const std::string piece(997, 'a');
  for (std::size_t done = 0; done < 1'000'000; done += piece.size()) {
    hash.Update(std::string_view(piece).substr(0, std::min(piece.size(), 1'000'000 - done)));
  }
  EXPECT_EQ(hash.HexDigest(), kDigestOfAMillionA);
}

TEST(Sha256, OfAFileIsThatOfItsBytes) {
  const TemporaryFolder folder;
  EXPECT_EQ(Sha256OfFile(folder.Write("abc", "abc")), kDigestOfAbc);
  EXPECT_EQ(Sha256OfFile(folder.Write("empty", "")), Digest(""));
  EXPECT_THAT(MessageOf([&] { Sha256OfFile(folder / "missing"); }),
              ::testing::HasSubstr(
                  "missing: found \"No such file or directory\"; expected a readable file"));
}

}  // namespace
}  // namespace zipflens
