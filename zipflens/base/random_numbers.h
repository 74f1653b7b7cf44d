// Random numbers that are the same on every machine, in whatever order they are asked for.
#pragma once

#include <array>
#include <cstdint>

namespace zipflens {

/// Philox4x32-10: 128 random bits for a counter and a key (Salmon, Moraes, Dror and Shaw, "Parallel
/// random numbers: as easy as 1, 2, 3", SC 2011).
std::array<std::uint32_t, 4> Philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// The standard normal quantile of (bits + 1/2) / 2^32, accurate to 1e-15 relative: Wichura's
/// rational functions (algorithm AS 241, Applied Statistics 37, 1988) in plain IEEE double
/// operations.
double NormalFromBits(std::uint32_t bits);

}  // namespace zipflens
