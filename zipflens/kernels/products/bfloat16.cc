#include "zipflens/kernels/products/bfloat16.h"

#include <bit>
#include <cmath>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/products/bfloat16.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "zipflens/kernels/products/vector_bfloat16_inl.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {

void RoundKernel(const float* values, std::size_t size, std::uint16_t* rounded) {
  StoreBfloat16(values, size, rounded);
}

void RoundInPlaceKernel(float* values, std::size_t size) { RoundValues(values, size); }

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(RoundKernel);
HWY_EXPORT(RoundInPlaceKernel);

void RoundToBfloat16(std::span<const float> values, std::span<std::uint16_t> rounded) {
  ZIPFLENS_CHECK(values.size() == rounded.size());
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(RoundKernel)(values.data(), values.size(), rounded.data());
}

void RoundToBfloat16InPlace(std::span<float> values) {
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(RoundInPlaceKernel)(values.data(), values.size());
}

namespace reference {

void RoundToBfloat16InPlace(std::span<float> values) {
  for (float& value : values) {
    if (std::isnan(value)) continue;
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t below = bits & 0xFFFF0000u;  // the nearest bfloat16 towards zero
    const std::uint32_t rest = bits & 0xFFFFu;
    const bool is_up = rest > 0x8000u || (rest == 0x8000u && (below & 0x10000u) != 0);
    value = std::bit_cast<float>(is_up ? below + 0x10000u : below);
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
