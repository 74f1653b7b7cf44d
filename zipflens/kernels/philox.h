// Many Philox blocks at once: the inner loop of permutations and resamples.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace zipflens {

/// A multiple of it goes into one call.
inline constexpr std::size_t kPhiloxWords = 64;

/// Philox4x32-10 (base/random_numbers.h) of words.size() / 4 counters, four words each: `counter`
/// and those behind it, whose first word is greater by 1, 2, ... (modulo 2^32). The same numbers on
/// every machine. words.size(): a multiple of kPhiloxWords. Thread-safe.
void PhiloxInto(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key,
                std::span<std::uint32_t> words);

}  // namespace zipflens
