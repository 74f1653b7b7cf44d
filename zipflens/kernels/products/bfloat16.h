// bfloat16: the upper half of a float32 (8 bits of precision), rounded to nearest, ties to even.
#pragma once

#include <cstdint>
#include <span>

namespace zipflens {

/// rounded[i] = values[i] as bfloat16. NaN stays NaN. The sizes must be equal. Thread-safe, as are
/// the functions below.
void RoundToBfloat16(std::span<const float> values, std::span<std::uint16_t> rounded);

/// Rounds each value to the nearest float that is a bfloat16.
void RoundToBfloat16InPlace(std::span<float> values);

/// The plain loop that the kernels are tested against.
namespace reference {
void RoundToBfloat16InPlace(std::span<float> values);
}  // namespace reference

}  // namespace zipflens
