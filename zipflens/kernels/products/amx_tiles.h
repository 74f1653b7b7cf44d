// The tiles of Intel AMX: eight registers of 16 rows by 64 bytes, and products of two of them.
//
// The instructions are written as inline assembly. GCC's intrinsics would require compiling whole
// functions for AMX.
#pragma once

#include <cstddef>

namespace zipflens::amx {

inline constexpr std::size_t kTileRows = 16;  // maximum
inline constexpr std::size_t kTileRowBytes = 64;
inline constexpr std::size_t kTileBytes = kTileRows * kTileRowBytes;

/// Returns whether AMX for bfloat16 can be used: the processor has it and AVX-512, the operating
/// system lets this process use it, and it is enabled (SetAllowed). Thread-safe. After the first
/// call it costs a few loads and branches.
bool IsAvailable();

/// Enables or disables AMX. It is enabled by default if present; ZIPFLENS_ISA can disable it. Tests
/// of other instruction sets disable it too. Thread-safe.
void SetAllowed(bool is_allowed);

/// Configures this thread's tiles while it lives, and releases them afterwards. Every tile row has
/// 64 bytes. Tiles 6 and 7, for second operands, have 16 rows; the others have `rows` rows, at most
/// 16. Requires IsAvailable.
class TileScope {
 public:
  explicit TileScope(std::size_t rows = kTileRows);
  ~TileScope();
  TileScope(const TileScope&) = delete;
  TileScope& operator=(const TileScope&) = delete;
};

#if defined(__x86_64__)

/// Loads a tile's rows from memory, where they lie `stride` bytes apart.
template <int kTile>
inline void Load(const void* rows, std::size_t stride) {
  asm volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(rows), "r"(stride), "i"(kTile) : "memory");
}

/// Stores a tile's rows, `stride` bytes apart.
template <int kTile>
inline void Store(void* rows, std::size_t stride) {
  asm volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(rows), "r"(stride), "i"(kTile) : "memory");
}

/// Sets a tile to zero.
template <int kTile>
inline void SetZero() {
  asm volatile("tilezero %%tmm%c0" : : "i"(kTile));
}

/// sums [rows, 16] += a [rows, 32] b [32, 16], with float32 sums and bfloat16 factors. Each row of
/// b's tile holds two rows of b, interleaved element by element. Subnormal numbers count as 0
/// (TDPBF16PS in Intel's manual).
template <int kSums, int kA, int kB>
inline void MultiplyBfloat16() {
  asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSums), "i"(kA), "i"(kB));
}

#endif

}  // namespace zipflens::amx
