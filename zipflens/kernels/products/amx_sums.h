// Products of bfloat16 tiles on AMX for a group: 32 rows (two tiles) by a panel of 32 columns (two
// tiles), whose sums are four tiles. Only files that are compiled for x86-64 alone include this
// header. Its functions need AMX and AVX-512.
#pragma once

// GCC 12 warns about an uninitialised vector in its own header, whose value does not matter (GCC
// bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop

#include <cstddef>
#include <cstdint>

#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/products/amx_tiles.h"

// Compiles a function for AVX-512 in a file that is otherwise compiled for any x86-64. Every
// processor with AMX has AVX-512.
#define ZIPFLENS_AVX512 __attribute__((target("avx512f,avx512bw,avx512bf16")))

namespace zipflens::amx {

inline constexpr std::size_t kGroupRows = 2 * kTileRows;
inline constexpr std::size_t kPanelCols = 32;

/// Adds a product to the sums in tiles 0 to 3: rows in tiles 4 and 5, columns in tiles 6 and 7.
/// With one tile of rows: tile 4, and sums in tiles 0 and 1.
template <std::size_t kRowTiles>
inline void MultiplyLoaded() {
  MultiplyBfloat16<0, 4, 6>();
  MultiplyBfloat16<1, 4, 7>();
  if constexpr (kRowTiles == 2) {
    MultiplyBfloat16<2, 5, 6>();
    MultiplyBfloat16<3, 5, 7>();
  }
}

/// Sets the sums to zero.
template <std::size_t kRowTiles>
inline void ClearSums() {
  SetZero<0>();
  SetZero<1>();
  if constexpr (kRowTiles == 2) {
    SetZero<2>();
    SetZero<3>();
  }
}

/// Stores the sums as [kGroupRows, kPanelCols], rows without gaps.
template <std::size_t kRowTiles>
inline void StoreSums(float* sums) {
  constexpr std::size_t kRowBytes = kPanelCols * sizeof(float);
  Store<0>(sums, kRowBytes);
  Store<1>(sums + kTileRows, kRowBytes);
  if constexpr (kRowTiles == 2) {
    sums += kTileRows * kPanelCols;
    Store<2>(sums, kRowBytes);
    Store<3>(sums + kTileRows, kRowBytes);
  }
}

/// y = sums + bias, or y += sums if `bias` is null. y: at most [kGroupRows, kPanelCols].
ZIPFLENS_AVX512 inline void PutSums(const float* sums, const float* bias, MatrixView<float> y) {
  constexpr std::size_t kLanes = kPanelCols / 2;
  const auto lanes = static_cast<unsigned>((std::uint64_t{1} << y.cols) - 1);
  const auto left = static_cast<__mmask16>(lanes);
  const auto right = static_cast<__mmask16>(lanes >> kLanes);
  for (std::size_t row = 0; row < y.rows; ++row, sums += kPanelCols) {
    float* values = y.Row(row);
    const float* addend = bias != nullptr ? bias : values;
    const __m512 left_sum =
        _mm512_add_ps(_mm512_load_ps(sums), _mm512_maskz_loadu_ps(left, addend));
    const __m512 right_sum =
        _mm512_add_ps(_mm512_load_ps(sums + kLanes), _mm512_maskz_loadu_ps(right, addend + kLanes));
    _mm512_mask_storeu_ps(values, left, left_sum);
    _mm512_mask_storeu_ps(values + kLanes, right, right_sum);
  }
}

}  // namespace zipflens::amx
