#include "zipflens/kernels/statistics/counter_random.h"

#include <cstddef>
#include <utility>

#include "zipflens/base/random_numbers.h"
#include "zipflens/kernels/statistics/philox.h"

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

void CounterRandom::Refill() {
  PhiloxInto(counter_, key_, buffer_);
  counter_[0] += kBuffered / 4;
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
