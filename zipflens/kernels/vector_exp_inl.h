// e^x for vectors of floats, for the kernels that need it. Compiled once for each instruction set.

// Highway's include guard: the file is read again for every target.
#if defined(ZIPFLENS_KERNELS_VECTOR_EXP_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ZIPFLENS_KERNELS_VECTOR_EXP_INL_H
#undef ZIPFLENS_KERNELS_VECTOR_EXP_INL_H
#else
#define ZIPFLENS_KERNELS_VECTOR_EXP_INL_H
#endif

#include <cstddef>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// p[0] + p[1] x + p[2] x^2 + ..., by Horner's rule.
template <class D, std::size_t Size>
HWY_INLINE hn::Vec<D> Polynomial(D d, hn::Vec<D> x, const float (&p)[Size]) {
  hn::Vec<D> value = hn::Set(d, p[Size - 1]);
  for (std::size_t i = Size - 1; i-- > 0;) value = hn::MulAdd(value, x, hn::Set(d, p[i]));
  return value;
}

// e^x for x <= 88, accurate to 2 units in the last place. The result is zero for x < -87.33, where
// it would be subnormal; NaN gives NaN. With x = n ln 2 + r and |r| <= ln(2) / 2, e^x = 2^n e^r and
// e^r = 1 + r + r^2 p(r), where p is fitted for the smallest relative error (3e-9 before rounding).
template <class D>
HWY_INLINE hn::Vec<D> ExpUpTo88(D d, hn::Vec<D> x, hn::Vec<D> x_at_most_88) {
  constexpr float kExp[] = {1.0f,        1.0f,         0.49999994f,  0.16666521f,
                            0.04166839f, 0.008368745f, 0.0013814538f};
  constexpr float kLog2E = 1.44269504f;
  constexpr float kLn2High = 0.693359375f;  // 9 bits, so n * kLn2High is exact
  constexpr float kLn2Low = -2.12194440e-4f;
  // Floats near 1.5 * 2^23 are integers. The low bits of this one are those of 127, the exponent
  // bias of a float: adding it rounds, and leaves n + 127 in the low bits.
  const auto rounder = hn::Set(d, 12582912.0f + 127.0f);
  const auto smallest = hn::Set(d, -87.33f);

  const auto clamped = hn::Max(x_at_most_88, smallest);
  const auto rounded = hn::MulAdd(clamped, hn::Set(d, kLog2E), rounder);
  const auto n = hn::Sub(rounded, rounder);
  // r is computed from x itself, so that NaN stays NaN and values above the clamp overflow.
  const auto r = hn::NegMulAdd(n, hn::Set(d, kLn2Low), hn::NegMulAdd(n, hn::Set(d, kLn2High), x));
  const hn::RebindToSigned<D> d_int;
  const auto two_to_n = hn::BitCast(d, hn::ShiftLeft<23>(hn::BitCast(d_int, rounded)));
  const auto e_x = hn::Mul(Polynomial(d, r, kExp), two_to_n);
  return hn::IfThenZeroElse(hn::Lt(x, smallest), e_x);
}

// The same for any x: infinity for x > 88.72.
template <class D>
HWY_INLINE hn::Vec<D> Exp(D d, hn::Vec<D> x) {
  return ExpUpTo88(d, x, hn::Min(x, hn::Set(d, 88.0f)));
}

// The same for x <= 0 or NaN.
template <class D>
HWY_INLINE hn::Vec<D> ExpOfNegative(D d, hn::Vec<D> x) {
  return ExpUpTo88(d, x, x);
}

// Calls body(tag, k) for k = 0, lanes, 2 lanes, ... with whole vectors, then lane by lane.
template <class Body>
HWY_INLINE void ForEachVector(std::size_t size, const Body& body) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t k = 0;
  for (; k + lanes <= size; k += lanes) body(d, k);
  const hn::CappedTag<float, 1> d_one;
  for (; k < size; ++k) body(d_one, k);
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // ZIPFLENS_KERNELS_VECTOR_EXP_INL_H
