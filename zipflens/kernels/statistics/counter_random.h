// CounterRandom: streams of random numbers that are the same on every machine and for any number of
// threads.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "zipflens/base/check.h"

namespace zipflens {

/// The purpose of random numbers. Streams of different purposes are independent.
enum class RandomPurpose : std::uint32_t {
  kTypePermutation = 1,      // stream: number of the permutation
  kTypeBootstrap = 2,        // stream: number of the resample
  kSequenceBootstrap = 3,    // stream: number of the resample
  kShuffledTokens = 4,       // stream: number of the sequence
  kPermutedVocabulary = 5,   // stream: 0
  kSimulation = 6,           // stream: number of the run
  kRandomBatch = 7,          // stream: number of the document (counting/batch.cc)
  kPermutedFrequencies = 8,  // stream: number of the draw
};

/// One stream: Philox4x32-10 (base/random_numbers.h) with the seed as its key and (block, purpose,
/// stream) as its counter. Cheap to construct. A stream has 2^34 numbers.
class CounterRandom {
 public:
  CounterRandom(std::uint64_t seed, RandomPurpose purpose, std::uint64_t stream);

  /// 32 random bits.
  std::uint32_t Bits() {
    if (used_ == kBuffered) Refill();
    return buffer_[used_++];
  }
  /// A uniform number from 0 .. bound - 1, without bias (Lemire, "Fast random integer generation in
  /// an interval", 2019). bound > 0.
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
  /// A uniform number from (0, 1), with a resolution of 32 bits.
  double Uniform() { return (Bits() + 0.5) * 0x1p-32; }
  /// A standard normal number.
  double Normal();

 private:
  static constexpr unsigned kBuffered = 64;  // numbers; Philox makes four per block
  void Refill();

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, kBuffered> buffer_{};
  unsigned used_ = kBuffered;
};

/// Shuffles the values; every order is equally likely (Fisher and Yates).
void ShuffleInPlace(std::span<std::uint32_t> values, CounterRandom& random);
void ShuffleInPlace(std::span<std::int32_t> values, CounterRandom& random);

}  // namespace zipflens
