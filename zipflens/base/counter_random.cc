#include "zipflens/base/counter_random.h"

#include <cstddef>
#include <utility>

#include "zipflens/base/check.h"
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

std::uint32_t CounterRandom::Bits() {
  if (used_ == 4) {
    block_ = Philox4x32(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

std::uint32_t CounterRandom::Below(std::uint32_t bound) {
  ZIPFLENS_CHECK(bound > 0);
  std::uint64_t product = std::uint64_t{Bits()} * bound;
  if (Low(product) < bound) {
    const std::uint32_t threshold = (0U - bound) % bound;
    while (Low(product) < threshold) product = std::uint64_t{Bits()} * bound;
  }
  return High(product);
}

double CounterRandom::Normal() { return NormalFromBits(Bits()); }

void ShuffleInPlace(std::span<std::uint32_t> values, CounterRandom& random) {
  Shuffle(values, random);
}

void ShuffleInPlace(std::span<std::int32_t> values, CounterRandom& random) {
  Shuffle(values, random);
}

}  // namespace zipflens
