// The tiles of Intel AMX: eight registers of 16 rows by 64 bytes, and products of two of them.
//
// The instructions are written out instead of called as intrinsics, for which GCC would have to
// compile whole functions for AMX.
#pragma once

#include <cstddef>

namespace zipflens::amx {

inline constexpr std::size_t kTileRows = 16;  // at most
inline constexpr std::size_t kTileRowBytes = 64;
inline constexpr std::size_t kTileBytes = kTileRows * kTileRowBytes;

/// Whether this processor has AMX for bfloat16, and AVX-512 beside it, the system lets this process
/// use it, and it is allowed. Thread-safe; after the first call a few loads and branches.
bool IsAvailable();

/// Whether it may be used where it is there; so it is unless ZIPFLENS_ISA names less. For that
/// limit, and for tests of other instruction sets. Thread-safe.
void SetAllowed(bool is_allowed);

/// While one lives, this thread's tiles are of rows of 64 bytes: 6 and 7, for second operands, of
/// 16, the others of `rows`, up to 16. Then they are released. Requires IsAvailable.
class TileScope {
 public:
  explicit TileScope(std::size_t rows = kTileRows);
  ~TileScope();
  TileScope(const TileScope&) = delete;
  TileScope& operator=(const TileScope&) = delete;
};

#if defined(__x86_64__)

/// A tile's rows from memory, `stride` bytes apart.
template <int kTile>
inline void Load(const void* rows, std::size_t stride) {
  asm volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(rows), "r"(stride), "i"(kTile) : "memory");
}

/// And back.
template <int kTile>
inline void Store(void* rows, std::size_t stride) {
  asm volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(rows), "r"(stride), "i"(kTile) : "memory");
}

/// A tile of zeros.
template <int kTile>
inline void SetZero() {
  asm volatile("tilezero %%tmm%c0" : : "i"(kTile));
}

/// sums [rows, 16] of float32 += a [rows, 32] b [32, 16] of bfloat16: a row of b's tile holds two
/// rows of b, element by element. Subnormal numbers count as 0 (TDPBF16PS in Intel's manual).
template <int kSums, int kA, int kB>
inline void MultiplyBfloat16() {
  asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSums), "i"(kA), "i"(kB));
}

#endif

}  // namespace zipflens::amx
