// The properties that the reference tokenizer assigns to each Unicode character.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace zipflens::unicode {

/// Bits of a character's property byte.
enum Property : std::uint8_t {
  kDeleted = 1 << 0,      // cleaning removes it
  kWhiteSpace = 1 << 1,   // separates words
  kCjk = 1 << 2,          // surrounded by spaces if Chinese characters are handled
  kDroppedMark = 1 << 3,  // stripping accents removes it (Mn of Unicode 8)
  kPunctuation = 1 << 4,  // each one is a word of its own
  kWord = 1 << 5,         // \w, for the `single_word` flag of added tokens
  kMapped = 1 << 6,       // has a decomposition or a lower-case form
  kReordered = 1 << 7,    // canonical combining class is not 0
};

constexpr unsigned kBlockShift = 8;
constexpr char32_t kMaxCodePoint = 0x10FFFF;

/// A two-stage table of property bytes, defined in unicode_tables_data.cc.
extern const std::uint16_t kBlockIndex[(kMaxCodePoint + 1) >> kBlockShift];
extern const std::uint8_t kBlocks[];

/// Returns the property bits of a scalar value.
inline unsigned Properties(char32_t code_point) {
  constexpr char32_t kMask = (char32_t{1} << kBlockShift) - 1;
  const std::size_t block = kBlockIndex[code_point >> kBlockShift];
  return kBlocks[(block << kBlockShift) | (code_point & kMask)];
}

/// A sorted map from characters to short strings: `from[i]` becomes pool[offset[i], offset[i + 1]).
struct CodePointMap {
  const char32_t* from;
  const std::uint16_t* offset;
  const char32_t* pool;
  std::size_t size;
};

/// A sorted map from characters to the rank of their canonical combining class.
struct RankMap {
  const char32_t* from;
  const std::uint8_t* rank;
  std::size_t size;
};

extern const CodePointMap kDecompositions;  // full canonical decompositions, except of Hangul
extern const CodePointMap kLowerCase;
extern const RankMap kCombiningRanks;

/// Returns the string to which a character maps; empty if it maps to itself.
std::span<const char32_t> Find(const CodePointMap& map, char32_t code_point);

/// Returns the rank of the canonical combining class among those in use; class 0 has rank 0. Only
/// the order of ranks has a meaning.
unsigned CombiningRank(char32_t code_point);

}  // namespace zipflens::unicode
