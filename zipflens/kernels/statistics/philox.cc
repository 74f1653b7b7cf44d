#include "zipflens/kernels/statistics/philox.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/statistics/philox.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// kPhiloxWords / 4 counters fill a whole number of vectors for every instruction set.
using Tag = hn::CappedTag<std::uint32_t, kPhiloxWords / 4>;

// The upper halves of the products of two vectors of 32-bit numbers.
template <class V>
HWY_INLINE V MultiplyHigh(V a, V b) {
  const Tag d;
#if HWY_TARGET == HWY_SCALAR
  return hn::Set(d,
                 static_cast<std::uint32_t>(std::uint64_t{hn::GetLane(a)} * hn::GetLane(b) >> 32));
#else
  const auto even = hn::BitCast(d, hn::MulEven(a, b));
  const auto odd = hn::BitCast(d, hn::MulEven(hn::Shuffle2301(a), hn::Shuffle2301(b)));
  return hn::OddEven(odd, hn::Shuffle2301(even));
#endif
}

void Blocks(const std::uint32_t* counter, std::uint32_t key0, std::uint32_t key1,
            std::uint32_t* HWY_RESTRICT words, std::size_t num_words) {
  constexpr int kRounds = 10;
  const Tag d;
  const auto factor0 = hn::Set(d, 0xD2511F53U);
  const auto factor1 = hn::Set(d, 0xCD9E8D57U);
  const auto step0 = hn::Set(d, 0x9E3779B9U);
  const auto step1 = hn::Set(d, 0xBB67AE85U);
  for (std::size_t word = 0; word < num_words; word += 4 * hn::Lanes(d)) {
    auto x0 = hn::Iota(d, counter[0] + static_cast<std::uint32_t>(word / 4));
    auto x1 = hn::Set(d, counter[1]);
    auto x2 = hn::Set(d, counter[2]);
    auto x3 = hn::Set(d, counter[3]);
    auto k0 = hn::Set(d, key0);
    auto k1 = hn::Set(d, key1);
    for (int round = 0; round < kRounds; ++round) {
      const auto high0 = MultiplyHigh(x0, factor0);
      const auto high1 = MultiplyHigh(x2, factor1);
      const auto low0 = hn::Mul(x0, factor0);
      const auto low1 = hn::Mul(x2, factor1);
      x0 = hn::Xor(hn::Xor(high1, x1), k0);
      x1 = low1;
      x2 = hn::Xor(hn::Xor(high0, x3), k1);
      x3 = low0;
      k0 = hn::Add(k0, step0);
      k1 = hn::Add(k1, step1);
    }
    hn::StoreInterleaved4(x0, x1, x2, x3, d, words + word);
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(Blocks);

void PhiloxInto(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key,
                std::span<std::uint32_t> words) {
  ZIPFLENS_CHECK(words.size() % kPhiloxWords == 0);
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(Blocks)(counter.data(), key[0], key[1], words.data(), words.size());
}

}  // namespace zipflens
#endif  // HWY_ONCE
