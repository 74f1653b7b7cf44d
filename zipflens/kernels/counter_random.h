// CounterRandom: streams of random numbers that are the same on every machine and for any number of
// threads.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "zipflens/base/check.h"

namespace zipflens {

/// What random numbers are drawn for. Streams of different purposes are independent.
enum class RandomPurpose : std::uint32_t {
  kTypePermutation = 1,     // stream: the permutation
  kTypeBootstrap = 2,       // stream: the resample
  kSequenceBootstrap = 3,   // stream: the resample
  kShuffledTokens = 4,      // stream: the sequence
  kPermutedVocabulary = 5,  // stream: 0
  kSimulation = 6,          // stream: the run
};

/// Philox4x32-10 (base/random_numbers.h) with the seed as its key and (block, purpose, stream) as
/// its counter. Cheap to make; 2^34 numbers a stream.
class CounterRandom {
 public:
  CounterRandom(std::uint64_t seed, RandomPurpose purpose, std::uint64_t stream);

  /// 32 random bits.
  std::uint32_t Bits() {
    if (used_ == kBuffered) Refill();
    return buffer_[used_++];
  }
  /// Uniform over 0 .. bound - 1, without bias (Lemire, "Fast random integer generation in an
  /// interval", 2019). bound > 0.
  std::uint32_t Below(std::uint32_t bound) {
    ZIPFLENS_CHECK(bound > 0);
    std::uint64_t product = std::uint64_t{Bits()} * bound;
    if (static_cast<std::uint32_t>(product) < bound) {
      const std::uint32_t threshold = (0U - bound) % bound;
      while (static_cast<std::uint32_t>(product) < threshold) {
        product = std::uint64_t{Bits()} * bound;
      }
    }
    return static_cast<std::uint32_t>(product >> 32);
  }
  /// Uniform over (0, 1), 32 bits of resolution.
  double Uniform() { return (Bits() + 0.5) * 0x1p-32; }
  /// Standard normal.
  double Normal();

 private:
  static constexpr unsigned kBuffered = 64;  // numbers, four to a block
  void Refill();

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, kBuffered> buffer_{};
  unsigned used_ = kBuffered;
};

/// Puts the values into a random order, each equally likely (Fisher and Yates).
void ShuffleInPlace(std::span<std::uint32_t> values, CounterRandom& random);
void ShuffleInPlace(std::span<std::int32_t> values, CounterRandom& random);

}  // namespace zipflens
