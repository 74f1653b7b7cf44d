#include "bench/fma_peak.h"

#include <chrono>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/fma_peak.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Returns the number of operations done. Twelve chains hide a latency of up to six cycles at two
// operations per cycle, and with the two constants they fit into AVX2's sixteen registers. Rounding
// keeps a compiler from shortening them.
double MultiplyAdd(std::size_t num_steps, float factor, float summand, float* sink) {
  const hn::ScalableTag<float> d;
  const auto x = hn::Set(d, factor);
  const auto y = hn::Set(d, summand);
  auto a0 = hn::Set(d, 0.0F), a1 = hn::Set(d, 1.0F), a2 = hn::Set(d, 2.0F), a3 = hn::Set(d, 3.0F);
  auto a4 = hn::Set(d, 4.0F), a5 = hn::Set(d, 5.0F), a6 = hn::Set(d, 6.0F), a7 = hn::Set(d, 7.0F);
  auto a8 = hn::Set(d, 8.0F), a9 = hn::Set(d, 9.0F), a10 = hn::Set(d, 10.0F),
       a11 = hn::Set(d, 11.0F);
  for (std::size_t i = 0; i < num_steps; ++i) {
    a0 = hn::MulAdd(a0, x, y);
    a1 = hn::MulAdd(a1, x, y);
    a2 = hn::MulAdd(a2, x, y);
    a3 = hn::MulAdd(a3, x, y);
    a4 = hn::MulAdd(a4, x, y);
    a5 = hn::MulAdd(a5, x, y);
    a6 = hn::MulAdd(a6, x, y);
    a7 = hn::MulAdd(a7, x, y);
    a8 = hn::MulAdd(a8, x, y);
    a9 = hn::MulAdd(a9, x, y);
    a10 = hn::MulAdd(a10, x, y);
    a11 = hn::MulAdd(a11, x, y);
  }
  const auto sum = hn::Add(hn::Add(hn::Add(a0, a1), hn::Add(a2, a3)),
                           hn::Add(hn::Add(hn::Add(a4, a5), hn::Add(a6, a7)),
                                   hn::Add(hn::Add(a8, a9), hn::Add(a10, a11))));
  *sink += hn::GetLane(hn::SumOfLanes(d, sum));
  return 2.0 * 12.0 * static_cast<double>(hn::Lanes(d)) * static_cast<double>(num_steps);
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(MultiplyAdd);

double MeasureFmaPeak(double seconds) {
  using Clock = std::chrono::steady_clock;
  constexpr std::size_t kSteps = 100'000;
  ApplyInstructionSetLimit();
  // The constants are read at run time, so that the compiler knows no chain's value. The chains
  // stay far from denormal numbers.
  const volatile float factor = 0.999F;
  const volatile float summand = 1e-3F;
  float sink = 0;
  double operations = 0;
  std::chrono::duration<double> elapsed{};
  const auto start = Clock::now();
  do {
    operations += HWY_DYNAMIC_DISPATCH(MultiplyAdd)(kSteps, factor, summand, &sink);
    elapsed = Clock::now() - start;
  } while (elapsed.count() < seconds);
  const volatile float keep = sink;
  static_cast<void>(keep);
  return operations / elapsed.count() / 1e9;
}

}  // namespace zipflens
#endif  // HWY_ONCE
