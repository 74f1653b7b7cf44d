// Random numbers that are the same on every machine, whatever the order they are asked for in.
#pragma once

#include <array>
#include <cstdint>

namespace zipflens {

/// Philox4x32-10: 128 random bits for each counter and key (Salmon, Moraes, Dror and Shaw,
/// "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
std::array<std::uint32_t, 4> Philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// The standard normal quantile of (bits + 1/2) / 2^32, by Wichura's rational functions (algorithm
/// AS 241, Applied Statistics 37, 1988) in plain IEEE double operations; 1e-15 relative.
double NormalFromBits(std::uint32_t bits);

}  // namespace zipflens
