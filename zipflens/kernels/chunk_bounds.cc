#include "zipflens/kernels/chunk_bounds.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/chunk_bounds.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef ZIPFLENS_KERNELS_CHUNK_BOUNDS_ONCE
#define ZIPFLENS_KERNELS_CHUNK_BOUNDS_ONCE
namespace zipflens {
namespace {

// A byte is a boundary (white space or punctuation) if bit h of kSetOfLowNibble[l] is set, where h
// is its high and l its low nibble. No byte above 7F is a boundary. Langdale and Lemire (2019,
// arXiv:1902.08318) classify bytes in this way.
constexpr std::array<std::uint8_t, 16> MakeSets() {
  std::array<std::uint8_t, 16> sets{};
  for (unsigned byte = 0; byte < 0x80; ++byte) {
    const auto as_char = static_cast<unsigned char>(byte);
    if (!IsAsciiSpace(as_char) && !IsAsciiPunctuation(as_char)) continue;
    const unsigned set = sets[byte & 0x0F] | (1U << (byte >> 4));
    sets[byte & 0x0F] = static_cast<std::uint8_t>(set);
  }
  return sets;
}
alignas(16) constexpr std::array<std::uint8_t, 16> kSetOfLowNibble = MakeSets();
alignas(16) constexpr std::array<std::uint8_t, 16> kBitOfHighNibble = {1, 2, 4, 8, 16, 32, 64, 128};
constexpr std::size_t kBlockBytes = 64;

}  // namespace
}  // namespace zipflens
#endif  // ZIPFLENS_KERNELS_CHUNK_BOUNDS_ONCE

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR
void FindChunks(std::string_view text, ChunkBounds& bounds) {
  reference::FindChunksInto(text, bounds);
}
#else

// 32 bytes even if vectors have 64: on a Sapphire Rapids processor 100 MB took 50 ms with 64 and 35
// ms with 32.
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
using LaneBits = std::uint32_t;
#else
using LaneBits = std::uint16_t;
#endif
using ByteTag = hn::FixedTag<std::uint8_t, 8 * sizeof(LaneBits)>;

HWY_INLINE std::uint64_t Bits(hn::Mask<ByteTag> mask) {
  alignas(8) std::uint8_t stored[8];
  hn::StoreMaskBits(ByteTag(), mask, stored);
  LaneBits bits = 0;
  std::memcpy(&bits, stored, sizeof(bits));
  return bits;
}

// Bit i of each member is for block[i].
struct BlockBits {
  std::uint64_t boundary = 0;
  std::uint64_t punctuation = 0;
};

HWY_INLINE BlockBits Classify(const char* block) {
  const ByteTag d;
  const auto sets = hn::LoadDup128(d, kSetOfLowNibble.data());
  const auto high_bits = hn::LoadDup128(d, kBitOfHighNibble.data());
  BlockBits result;
  for (std::size_t i = 0; i < kBlockBytes; i += hn::Lanes(d)) {
    const auto bytes = hn::LoadU(d, reinterpret_cast<const std::uint8_t*>(block) + i);
    const auto set = hn::TableLookupBytes(sets, hn::And(bytes, hn::Set(d, 0x0F)));
    const auto bit = hn::TableLookupBytes(high_bits, hn::ShiftRight<4>(bytes));
    const auto boundary = hn::And(set, bit);
    const auto is_boundary = hn::Ne(boundary, hn::Zero(d));
    result.boundary |= Bits(is_boundary) << i;
    result.punctuation |= Bits(hn::And(is_boundary, hn::Gt(bytes, hn::Set(d, 0x20)))) << i;
  }
  return result;
}

// The index of the lowest bit that is set; any number if none is. std::countr_zero would branch at
// the end of every block, and the branch would be mispredicted.
HWY_INLINE unsigned LowestBit(std::uint64_t bits) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
  return static_cast<unsigned>(_tzcnt_u64(bits));
#else
  return static_cast<unsigned>(std::countr_zero(bits));
#endif
}

// Appends offset + i for each set bit i of `bits`. Writes up to 16 more entries, which mean
// nothing. The stores are volatile because GCC otherwise gathers the entries into vectors, which
// costs more than storing them.
HWY_INLINE std::uint16_t* AppendPlaces(std::uint64_t bits, std::size_t offset,
                                       std::uint16_t* places) {
  volatile std::uint16_t* const stored = places;
  constexpr int kAtOnce = 16;  // more than most blocks have, so the branch is predictable
  const int num_bits = std::popcount(bits);
  for (int i = 0; i < kAtOnce; ++i) {
    stored[i] = static_cast<std::uint16_t>(offset + LowestBit(bits));
    bits &= bits - 1;
  }
  for (int i = kAtOnce; HWY_UNLIKELY(i < num_bits); ++i) {
    stored[i] = static_cast<std::uint16_t>(offset + LowestBit(bits));
    bits &= bits - 1;
  }
  return places + num_bits;
}

void FindChunks(std::string_view text, ChunkBounds& bounds) {
  std::uint16_t* begins = bounds.begins.data();
  std::uint16_t* ends = bounds.ends.data();
  std::uint64_t before_word = 0;         // 1 if the byte before this block is in a word
  std::uint64_t before_punctuation = 0;  // 1 if that byte is punctuation
  for (std::size_t offset = 0; offset < text.size(); offset += kBlockBytes) {
    const char* block = text.data() + offset;
    char padded[kBlockBytes];
    if (text.size() - offset < kBlockBytes) {
      std::memset(padded, ' ', kBlockBytes);
      std::memcpy(padded, block, text.size() - offset);
      block = padded;
    }
    const BlockBits bits = Classify(block);
    const std::uint64_t word = ~bits.boundary;
    const std::uint64_t after_word = (word << 1) | before_word;
    const std::uint64_t after_punctuation = (bits.punctuation << 1) | before_punctuation;
    begins = AppendPlaces((word & ~after_word) | bits.punctuation, offset, begins);
    ends = AppendPlaces((bits.boundary & after_word) | after_punctuation, offset, ends);
    before_word = word >> 63;
    before_punctuation = bits.punctuation >> 63;
  }
  bounds.size = begins - bounds.begins.data();
  if ((before_word | before_punctuation) != 0) *ends = static_cast<std::uint16_t>(text.size());
}
#endif

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(FindChunks);

void FindChunksInto(std::string_view text, ChunkBounds& bounds) {
  ZIPFLENS_CHECK(text.size() <= ChunkBounds::kMaxTextBytes);
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(FindChunks)(text, bounds);
}

namespace reference {

void FindChunksInto(std::string_view text, ChunkBounds& bounds) {
  ZIPFLENS_CHECK(text.size() <= ChunkBounds::kMaxTextBytes);
  bounds.size = 0;
  bool in_word = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool boundary = IsAsciiSpace(byte) || IsAsciiPunctuation(byte);
    if (boundary && in_word) bounds.ends[bounds.size - 1] = static_cast<std::uint16_t>(i);
    if (IsAsciiPunctuation(byte) || (!boundary && !in_word)) {
      bounds.begins[bounds.size] = static_cast<std::uint16_t>(i);
      bounds.ends[bounds.size++] = static_cast<std::uint16_t>(i + 1);
    }
    in_word = !boundary;
  }
  if (in_word) bounds.ends[bounds.size - 1] = static_cast<std::uint16_t>(text.size());
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
