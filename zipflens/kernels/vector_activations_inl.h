// The activations of vectors of floats, for the kernels that need them. Compiled once for each
// instruction set.

// Highway's include guard: the file is read again for every target.
#if defined(ZIPFLENS_KERNELS_VECTOR_ACTIVATIONS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ZIPFLENS_KERNELS_VECTOR_ACTIVATIONS_INL_H
#undef ZIPFLENS_KERNELS_VECTOR_ACTIVATIONS_INL_H
#else
#define ZIPFLENS_KERNELS_VECTOR_ACTIVATIONS_INL_H
#endif

#include <cstddef>

#include "hwy/highway.h"
#include "zipflens/kernels/activations.h"
#include "zipflens/kernels/vector_exp_inl.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Let a = |x|. Then Phi(-a) = exp(-a^2 / 2) q(a) with q(a) = erfcx(a / sqrt 2) / 2. q is close to a
// polynomial without constant term in u = 4 / (4 + a), fitted on [0, 14] for the smallest relative
// error (8e-9 before rounding). There is no cancellation on either side.
template <class D>
HWY_INLINE hn::Vec<D> Gelu(D d, hn::Vec<D> x) {
  constexpr float kQ[] = {0.0997479036450386f,  0.09949258714914322f, 0.09551547467708588f,
                          0.07200056314468384f, 0.08665352314710617f, 0.012718206271529198f,
                          0.02842809446156025f, 0.05165819823741913f, -0.06279465556144714f,
                          0.016580110415816307f};
  const auto four = hn::Set(d, 4.0f);
  const auto a = hn::Abs(x);
  const auto u = hn::Div(four, hn::Add(four, a));
  const auto q = hn::Mul(u, Polynomial(d, u, kQ));
  const auto phi_of_minus_a =
      hn::Mul(q, ExpOfNegative(d, hn::Mul(hn::Mul(a, a), hn::Set(d, -0.5f))));
  // x Phi(x) is -a Phi(-a) for x < 0, else a - a Phi(-a).
  return hn::NegMulAdd(a, phi_of_minus_a, hn::Max(x, hn::Zero(d)));
}

// (1 + tanh(y)) / 2 = 1 / (1 + exp(-2 y)).
template <class D>
HWY_INLINE hn::Vec<D> GeluTanh(D d, hn::Vec<D> x) {
  const auto one = hn::Set(d, 1.0f);
  const auto factor = hn::MulAdd(hn::Mul(x, x), hn::Set(d, 0.044715f), one);
  const auto minus_two_sqrt_two_over_pi = hn::Set(d, -1.59576912f);
  const auto minus_two_y = hn::Mul(hn::Mul(x, minus_two_sqrt_two_over_pi), factor);
  return hn::Div(x, hn::Add(one, Exp(d, minus_two_y)));
}

template <class D>
HWY_INLINE hn::Vec<D> Relu(D d, hn::Vec<D> x) {
  return hn::IfThenZeroElse(hn::Lt(x, hn::Zero(d)), x);
}

// Replaces each value by its activation.
HWY_INLINE void ActivateValues(Activation activation, float* values, std::size_t size) {
  switch (activation) {
    case Activation::kGelu:
      return ForEachVector(size, [values](auto d, std::size_t k) HWY_ATTR {
        hn::StoreU(Gelu(d, hn::LoadU(d, values + k)), d, values + k);
      });
    case Activation::kGeluTanh:
      return ForEachVector(size, [values](auto d, std::size_t k) HWY_ATTR {
        hn::StoreU(GeluTanh(d, hn::LoadU(d, values + k)), d, values + k);
      });
    case Activation::kRelu:
      return ForEachVector(size, [values](auto d, std::size_t k) HWY_ATTR {
        hn::StoreU(Relu(d, hn::LoadU(d, values + k)), d, values + k);
      });
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // ZIPFLENS_KERNELS_VECTOR_ACTIVATIONS_INL_H
