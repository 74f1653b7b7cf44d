// The number of rows that a file may state.
#pragma once

#include <cstdint>

namespace zipflens {

/// A file that states more rows is refused as damaged, so that sums over a million files fit 64
/// bits.
inline constexpr std::uint64_t kMostRowsOfFile = std::uint64_t{1} << 40;

}  // namespace zipflens
