// The bounds of the chunks of a text, found many bytes at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace zipflens {

constexpr bool IsAsciiSpace(unsigned char byte) {
  return byte == '\t' || byte == '\n' || byte == '\r' || byte == ' ';
}
/// Whether the byte is one of the 32 ASCII characters that are neither letter, digit, space nor
/// control character.
constexpr bool IsAsciiPunctuation(unsigned char byte) {
  return (byte > 0x20 && byte < '0') || (byte > '9' && byte < 'A') || (byte > 'Z' && byte < 'a') ||
         (byte > 'z' && byte < 0x7F);
}

/// The chunks of a short text, in order; chunk i is text[begins[i], ends[i]). A chunk is one ASCII
/// punctuation byte, or a maximal run of bytes that are neither white space (09, 0A, 0D, 20) nor
/// ASCII punctuation.
struct ChunkBounds {
  static constexpr std::size_t kMaxTextBytes = 2048;
  static constexpr std::size_t kSlack = 64;  // entries after `size`, which may hold anything

  std::size_t size = 0;
  std::array<std::uint16_t, kMaxTextBytes + kSlack> begins{};
  std::array<std::uint16_t, kMaxTextBytes + kSlack> ends{};
};

/// Finds the chunks of a text of at most kMaxTextBytes bytes. The end of the text ends a chunk.
/// Reads no byte outside the text. Throws what ApplyInstructionSetLimit throws.
void FindChunksInto(std::string_view text, ChunkBounds& bounds);

namespace reference {
/// The same, one byte at a time.
void FindChunksInto(std::string_view text, ChunkBounds& bounds);
}  // namespace reference

}  // namespace zipflens
