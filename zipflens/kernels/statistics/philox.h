// Many Philox blocks at once, for permutations and resamples.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace zipflens {

/// The number of words in one call must be a multiple of this.
inline constexpr std::size_t kPhiloxWords = 64;

/// Philox4x32-10 (base/random_numbers.h) of words.size() / 4 successive counters, four words each.
/// The first counter is `counter`; each following one is greater by 1 in its first word (modulo
/// 2^32). The numbers are the same on every machine. Thread-safe.
void PhiloxInto(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key,
                std::span<std::uint32_t> words);

}  // namespace zipflens
