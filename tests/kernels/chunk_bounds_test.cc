// Chunk bounds, compared with a loop over single bytes, on every instruction set.
#include "zipflens/kernels/chunk_bounds.h"

#include <cctype>
#include <memory>
#include <string>

#include "tests/kernels/target_test.h"
#include "zipflens/base/check.h"

namespace zipflens {
namespace {

class ChunkBoundsTest : public TargetTest {
 protected:
  static std::string Shown(const ChunkBounds& bounds) {
    std::string shown;
    for (std::size_t i = 0; i < bounds.size; ++i) {
      shown += std::to_string(bounds.begins[i]) + "-" + std::to_string(bounds.ends[i]) + " ";
    }
    return shown;
  }
  std::string Found(std::string_view text) {
    // A copy that ends where its memory ends, for the address sanitizer.
    const std::unique_ptr<char[]> copy(new char[text.size()]);
    text.copy(copy.get(), text.size());
    FindChunksInto({copy.get(), text.size()}, *bounds_);
    return Shown(*bounds_);
  }
  std::string Reference(std::string_view text) {
    reference::FindChunksInto(text, *bounds_);
    return Shown(*bounds_);
  }
  std::unique_ptr<ChunkBounds> bounds_ = std::make_unique<ChunkBounds>();
};
ZIPFLENS_INSTANTIATE_TARGET_TEST(ChunkBoundsTest);

TEST_P(ChunkBoundsTest, WordsAndPunctuation) {
  EXPECT_EQ(Found("to be, or"), "0-2 3-5 5-6 7-9 ");
  EXPECT_EQ(Found(""), "");
  EXPECT_EQ(Found(" \t\r\n"), "");
  EXPECT_EQ(Found("..a"), "0-1 1-2 2-3 ");
}

TEST_P(ChunkBoundsTest, EveryByteIsOfTheKindThatIsoCSays) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = {'a', static_cast<char>(byte), 'b'};
    const bool space = byte == '\t' || byte == '\n' || byte == '\r' || byte == ' ';
    const bool punctuation = byte < 128 && std::ispunct(byte) != 0;
    EXPECT_EQ(Found(text), space ? "0-1 2-3 " : punctuation ? "0-1 1-2 2-3 " : "0-3 ") << byte;
  }
}

TEST_P(ChunkBoundsTest, RandomTextsOfEveryLengthEqualTheReference) {
  std::mt19937 generator(3);
  for (std::size_t size = 0; size <= 300; ++size) {
    for (const unsigned num_boundaries : {1U, 3U, 12U}) {  // of 16 characters
      std::string text;
      while (text.size() < size) {
        const unsigned draw = generator() % 16;
        text += draw >= num_boundaries ? static_cast<char>('a' + draw) : " .\n,;!\t/-_()"[draw];
      }
      ASSERT_EQ(Found(text), Reference(text)) << text;
    }
  }
}

TEST_P(ChunkBoundsTest, RandomBytesAndFullTexts) {
  std::mt19937 generator(4);
  for (int trial = 0; trial < 50; ++trial) {
    std::string text(ChunkBounds::kMaxTextBytes - static_cast<std::size_t>(trial % 3), '.');
    for (char& byte : text) {
      if (trial > 3) byte = static_cast<char>(generator());
    }
    ASSERT_EQ(Found(text), Reference(text));
  }
  EXPECT_THROW(Found(std::string(ChunkBounds::kMaxTextBytes + 1, 'a')), CheckFailure);
}

}  // namespace
}  // namespace zipflens
