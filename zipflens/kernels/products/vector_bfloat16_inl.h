// Rounding to bfloat16 for vectors of floats; compiled once for each instruction set.

// Highway's include guard: the file is read again for every target.
#if defined(ZIPFLENS_KERNELS_VECTOR_BFLOAT16_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ZIPFLENS_KERNELS_VECTOR_BFLOAT16_INL_H
#undef ZIPFLENS_KERNELS_VECTOR_BFLOAT16_INL_H
#else
#define ZIPFLENS_KERNELS_VECTOR_BFLOAT16_INL_H
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"
#include "zipflens/kernels/vector_exp_inl.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The bits of the nearest bfloat16, in the lower half of each lane. Rounding adds half a unit in
// the last place, or slightly less if the last bit is even. A NaN keeps its upper half and becomes
// quiet.
template <class D>
HWY_INLINE auto Bfloat16Bits(D /*d*/, hn::Vec<D> value) {
  const hn::RebindToUnsigned<D> d_bits;
  const auto bits = hn::BitCast(d_bits, value);
  const auto upper = hn::ShiftRight<16>(bits);
  const auto last_bit = hn::And(upper, hn::Set(d_bits, 1u));
  const auto rounded =
      hn::ShiftRight<16>(hn::Add(bits, hn::Add(last_bit, hn::Set(d_bits, 0x7FFFu))));
  const auto is_nan = hn::RebindMask(d_bits, hn::IsNaN(value));
  return hn::IfThenElse(is_nan, hn::Or(upper, hn::Set(d_bits, 0x40u)), rounded);
}

// rounded[i] = the bits of values[i].
HWY_INLINE void StoreBfloat16(const float* values, std::size_t size, std::uint16_t* rounded) {
  ForEachVector(size, [=](auto d, std::size_t k) HWY_ATTR {
    const hn::RebindToSigned<decltype(d)> d_int;
    const hn::Rebind<std::uint16_t, decltype(d)> d_half;
    const auto bits = hn::BitCast(d_int, Bfloat16Bits(d, hn::LoadU(d, values + k)));
    hn::StoreU(hn::DemoteTo(d_half, bits), d_half, rounded + k);
  });
}

// Rounds each value to the nearest float that is a bfloat16.
HWY_INLINE void RoundValues(float* values, std::size_t size) {
  ForEachVector(size, [=](auto d, std::size_t k) HWY_ATTR {
    const auto bits = hn::ShiftLeft<16>(Bfloat16Bits(d, hn::LoadU(d, values + k)));
    hn::StoreU(hn::BitCast(d, bits), d, values + k);
  });
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // ZIPFLENS_KERNELS_VECTOR_BFLOAT16_INL_H
