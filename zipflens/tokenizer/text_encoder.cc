#include "zipflens/tokenizer/text_encoder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "zipflens/base/numbers.h"
#include "zipflens/base/utf8.h"
#include "zipflens/tokenizer/unicode_tables.h"

namespace zipflens {
namespace {

// The role of a byte when text is split into chunks.
enum ByteKind : std::uint8_t {
  kLetter = 0,       // ASCII letter or digit: stays in its word
  kOther = 1,        // control or non-ASCII: the normalizer decides
  kSpace = 2,        // ASCII white space
  kPunctuation = 4,  // ASCII punctuation
};
constexpr unsigned kBoundary = kSpace | kPunctuation;

constexpr std::array<std::uint8_t, 256> MakeByteKinds() {
  std::array<std::uint8_t, 256> kinds{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool digit = byte >= '0' && byte <= '9';
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    const bool space = byte == '\t' || byte == '\n' || byte == '\r' || byte == ' ';
    const bool control = byte < 0x20 || byte >= 0x7F;
    kinds[byte] = digit || letter ? kLetter : space ? kSpace : control ? kOther : kPunctuation;
  }
  return kinds;
}
constexpr std::array<std::uint8_t, 256> kByteKinds = MakeByteKinds();

unsigned Kind(char byte) { return kByteKinds[ByteOf(byte)]; }

// Processes eight ASCII bytes at once: sets the high bit of each byte that is above `limit`.
constexpr std::uint64_t kEachByte = 0x0101010101010101U;
constexpr std::uint64_t kHighBits = 0x80 * kEachByte;
constexpr std::uint64_t Above(std::uint64_t bytes, unsigned char limit) {
  return (bytes + (0x7FU - limit) * kEachByte) & kHighBits;
}

char LowerLetterOrDigit(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte | 0x20) : byte;
}

}  // namespace

TextEncoder::TextEncoder(const NormalizerOptions& normalizer,
                         std::span<const std::string> vocabulary, const WordPieceOptions& wordpiece)
    : normalizer_(normalizer), wordpiece_(vocabulary, wordpiece) {}

void TextEncoder::EncodeTextInto(std::string_view text, std::vector<std::int32_t>& ids) const {
  thread_local std::string lowered;
  const bool lowercase = normalizer_.options().lowercase;
  for (std::size_t begin = 0; begin < text.size();) {
    if ((Kind(text[begin]) & kBoundary) != 0) {
      if (Kind(text[begin]) == kPunctuation) {
        wordpiece_.EncodeWordInto(text.substr(begin, 1), /*num_characters=*/1, ids);
      }
      ++begin;
      continue;
    }
    unsigned kinds = 0;
    std::size_t end = begin;
    for (; end < text.size() && (Kind(text[end]) & kBoundary) == 0; ++end) kinds |= Kind(text[end]);
    std::string_view chunk = text.substr(begin, end - begin);
    begin = end;
    if ((kinds & kOther) != 0) {
      EncodeChunkInto(chunk, ids);
      continue;
    }
    if (lowercase) {
      lowered.resize(chunk.size());
      for (std::size_t i = 0; i < chunk.size(); ++i) lowered[i] = LowerLetterOrDigit(chunk[i]);
      chunk = lowered;
    }
    wordpiece_.EncodeWordInto(chunk, chunk.size(), ids);
  }
}

bool TextEncoder::EncodePlainChunkInto(std::string_view chunk,
                                       std::vector<std::int32_t>& ids) const {
  constexpr std::size_t kMaxBytes = 64;
  std::array<std::uint64_t, kMaxBytes / sizeof(std::uint64_t)> word{};
  if (chunk.size() > kMaxBytes) return false;
  const bool lowercase = normalizer_.options().lowercase;
  for (std::size_t begin = 0; begin < chunk.size(); begin += sizeof(std::uint64_t)) {
    std::uint64_t bytes = 'a' * kEachByte;
    std::memcpy(&bytes, chunk.data() + begin, std::min(sizeof(bytes), chunk.size() - begin));
    const bool is_ascii = (bytes & kHighBits) == 0;
    if (!is_ascii || Above(bytes, ' ') != kHighBits || Above(bytes, '~') != 0) return false;
    if (lowercase) bytes |= (Above(bytes, '@') ^ Above(bytes, 'Z')) >> 2;
    word[begin / sizeof(bytes)] = bytes;
  }
  wordpiece_.EncodeWordInto({reinterpret_cast<const char*>(word.data()), chunk.size()},
                            chunk.size(), ids);
  return true;
}

void TextEncoder::EncodeChunkInto(std::string_view chunk, std::vector<std::int32_t>& ids) const {
  thread_local std::string normalized;
  normalized.clear();
  normalizer_.NormalizeInto(chunk, normalized);
  EncodeNormalizedInto(normalized, ids);
}

void TextEncoder::EncodeNormalizedInto(std::string_view text,
                                       std::vector<std::int32_t>& ids) const {
  std::size_t word_begin = 0;
  std::size_t num_characters = 0;
  const auto end_word = [&](std::size_t word_end) {
    if (num_characters != 0) {
      wordpiece_.EncodeWordInto(text.substr(word_begin, word_end - word_begin), num_characters,
                                ids);
    }
    num_characters = 0;
  };
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t begin = offset;
    const unsigned properties = unicode::Properties(NextCodePoint(text, offset));
    if ((properties & (unicode::kWhiteSpace | unicode::kPunctuation)) == 0) {
      ++num_characters;
      continue;
    }
    end_word(begin);
    if ((properties & unicode::kPunctuation) != 0) {
      wordpiece_.EncodeWordInto(text.substr(begin, offset - begin), /*num_characters=*/1, ids);
    }
    word_begin = offset;
  }
  end_word(text.size());
}

}  // namespace zipflens
