// Compares encoding plain chunks eight bytes at a time with encoding them byte by byte.
#include "zipflens/tokenizer/text_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <random>
#include <string>
#include <vector>

namespace zipflens {
namespace {

const std::vector<std::string> kVocabulary = {"[UNK]", "a",    "b",   "ab",  "A", "Z",   "##a",
                                              "##b",   "##ab", "##Z", "##z", "z", "##0", "0"};

std::vector<std::int32_t> Encode(const TextEncoder& encoder, const std::string& chunk) {
  std::vector<std::int32_t> ids;
  encoder.EncodeTextInto(chunk, ids);
  return ids;
}

TEST(TextEncoder, PlainChunksAsByteByByte) {
  std::mt19937 generator(8);
  for (const bool lowercase : {true, false}) {
    NormalizerOptions normalizer;
    normalizer.lowercase = lowercase;
    for (const std::uint64_t max_characters : {std::uint64_t{100}, std::uint64_t{9}}) {
      WordPieceOptions wordpiece;
      wordpiece.max_input_chars_per_word = max_characters;
      const TextEncoder encoder(normalizer, kVocabulary, wordpiece);
      for (int trial = 0; trial < 20'000; ++trial) {
        std::string chunk(1 + generator() % (trial % 8 == 0 ? 70 : 12), 'a');
        for (char& byte : chunk) byte = "abABzZ0@"[generator() % 7];
        std::vector<std::int32_t> ids = {7};
        const bool is_plain = encoder.EncodePlainChunkInto(chunk, ids);
        ASSERT_EQ(is_plain, chunk.size() <= 64) << chunk;
        if (!is_plain) continue;
        ids.erase(ids.begin());
        ASSERT_EQ(ids, Encode(encoder, chunk)) << chunk;
      }
    }
  }
}

TEST(TextEncoder, EveryByteThatIsNoLetterNorDigitMakesAChunkUnplain) {
  const TextEncoder encoder({}, kVocabulary, {});
  for (int byte = 0; byte < 256; ++byte) {
    const bool is_space = byte == '\t' || byte == '\n' || byte == '\r' || byte == ' ';
    if (is_space || (byte < 128 && std::ispunct(byte) != 0)) continue;  // not in a chunk
    const bool is_plain = byte < 128 && std::isalnum(byte) != 0;
    for (std::size_t place = 0; place < 20; ++place) {
      std::string chunk(20, 'b');
      chunk[place] = static_cast<char>(byte);
      std::vector<std::int32_t> ids;
      ASSERT_EQ(encoder.EncodePlainChunkInto(chunk, ids), is_plain) << byte << " at " << place;
      ASSERT_EQ(ids.empty(), !is_plain);
    }
  }
}

TEST(TextEncoder, EveryLetterIsLoweredAsAscii) {
  std::vector<std::string> vocabulary = {"[UNK]"};
  for (int byte = 0; byte < 128; ++byte) {
    if (std::isalnum(byte) != 0) vocabulary.emplace_back(1, static_cast<char>(byte));
  }
  for (const bool lowercase : {true, false}) {
    NormalizerOptions normalizer;
    normalizer.lowercase = lowercase;
    const TextEncoder encoder(normalizer, vocabulary, {});
    for (const std::string& entry : vocabulary) {
      if (entry.size() > 1) continue;
      std::vector<std::int32_t> ids;
      ASSERT_TRUE(encoder.EncodePlainChunkInto(entry, ids));
      const char expected =
          lowercase ? static_cast<char>(std::tolower(entry.front())) : entry.front();
      ASSERT_THAT(ids, testing::SizeIs(1));
      EXPECT_EQ(vocabulary[static_cast<std::size_t>(ids.front())], std::string(1, expected));
    }
  }
}

}  // namespace
}  // namespace zipflens
