#include "zipflens/base/counter_random.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "zipflens/base/random_numbers.h"

namespace zipflens {
namespace {

std::uint32_t Low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t High(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

template <typename T>
void Shuffle(std::span<T> values, CounterRandom& random) {
  for (std::size_t left = values.size(); left > 1; --left) {
    std::swap(values[left - 1], values[random.Below(static_cast<std::uint32_t>(left))]);
  }
}

}  // namespace

CounterRandom::CounterRandom(std::uint64_t seed, RandomPurpose purpose, std::uint64_t stream)
    : key_{Low(seed), High(seed)},
      counter_{0, static_cast<std::uint32_t>(purpose), Low(stream), High(stream)} {}

// Blocks do not wait for each other: four cost little more than one.
void CounterRandom::Refill() {
  constexpr std::uint32_t kBlocks = kBuffered / 4;
  std::array<std::array<std::uint32_t, 4>, kBlocks> counters{};
  for (std::uint32_t block = 0; block < kBlocks; ++block) {
    counters[block] = counter_;
    counters[block][0] += block;
  }
  Philox4x32InPlace(counters, key_);
  for (std::uint32_t block = 0; block < kBlocks; ++block) {
    std::ranges::copy(counters[block], buffer_.begin() + std::ptrdiff_t{4} * block);
  }
  counter_[0] += kBlocks;
  used_ = 0;
}

double CounterRandom::Normal() { return NormalFromBits(Bits()); }

void ShuffleInPlace(std::span<std::uint32_t> values, CounterRandom& random) {
  Shuffle(values, random);
}

void ShuffleInPlace(std::span<std::int32_t> values, CounterRandom& random) {
  Shuffle(values, random);
}

}  // namespace zipflens
