// The inner loop of all matrix products in float32, compiled once for each instruction set.
//
// A product is computed a tile at a time, kTileRows rows by two vectors of columns, whose sums stay
// in registers while the depth runs (Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication", 2008). The first operand's rows lie kStripStride floats apart: fixed, so that
// every row is one address and a constant away, and odd in cache lines, so that they do not compete
// for the same ones. The second operand lies in panels as wide as a tile, [depth, PanelWidth].

// Highway's include guard: the file is read again for every target.
#if defined(ZIPFLENS_KERNELS_PRODUCT_TILE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ZIPFLENS_KERNELS_PRODUCT_TILE_INL_H
#undef ZIPFLENS_KERNELS_PRODUCT_TILE_INL_H
#else
#define ZIPFLENS_KERNELS_PRODUCT_TILE_INL_H
#endif

#include <cstddef>

#include "hwy/highway.h"
#include "zipflens/kernels/panels.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// 24 of 32 registers, 12 of 16: the sums of a tile; the others hold the operands.
constexpr bool kHas32Registers = HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL;
constexpr std::size_t kTileRows = kHas32Registers ? 12 : 6;
constexpr std::size_t kTileVectors = 2;
static_assert(kBlockRows % kTileRows == 0);

HWY_INLINE std::size_t TileCols() { return kTileVectors * hn::Lanes(hn::ScalableTag<float>()); }

// What is wanted from memory while a tile is computed: a line a step of depth, `step` floats apart.
struct TilePrefetch {
  const float* next;
  std::size_t step;
};

// Asks for the lines of a tile that is going to be written.
HWY_INLINE void PrefetchTile(const float* c, std::size_t c_stride) {
  constexpr std::size_t kFloatsPerLine = 16;
  for (std::size_t row = 0; row < kTileRows; ++row) {
    for (std::size_t col = 0; col < TileCols(); col += kFloatsPerLine) {
      __builtin_prefetch(c + row * c_stride + col, /*rw=*/1, /*locality=*/3);
    }
  }
}

// c = a b, plus c itself if `accumulates`, plus the row `bias` unless null. a: [kTileRows, depth],
// kStripStride apart; b: one panel [depth, TileCols()], aligned; c: [kTileRows, TileCols()].
HWY_NOINLINE inline void MultiplyTile(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b,
                                      std::size_t depth, bool accumulates, const float* bias,
                                      float* HWY_RESTRICT c, std::size_t c_stride,
                                      TilePrefetch prefetch) {
  using D = hn::ScalableTag<float>;
  using Vector = hn::Vec<D>;
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  // How far ahead of its use a panel is asked for, in steps of depth; the larger vectors outrun
  // what the processor fetches by itself.
  constexpr std::size_t kPanelAhead = 8;

  PrefetchTile(c, c_stride);
  Vector sums[kTileRows][kTileVectors];
#pragma GCC unroll 12
  for (auto& row_sums : sums) {
    row_sums[0] = hn::Zero(d);
    row_sums[1] = hn::Zero(d);
  }
  for (std::size_t k = 0; k < depth; ++k) {
    if constexpr (kHas32Registers) {
      __builtin_prefetch(b + kPanelAhead * kTileVectors * lanes, /*rw=*/0, /*locality=*/3);
      __builtin_prefetch(b + (kPanelAhead * kTileVectors + 1) * lanes, /*rw=*/0, /*locality=*/3);
    }
    __builtin_prefetch(prefetch.next, /*rw=*/0, /*locality=*/2);
    prefetch.next += prefetch.step;
    const Vector left = hn::Load(d, b);
    const Vector right = hn::Load(d, b + lanes);
    b += kTileVectors * lanes;
#pragma GCC unroll 12
    for (std::size_t row = 0; row < kTileRows; ++row) {
      const Vector factor = hn::Set(d, a[row * kStripStride + k]);
      sums[row][0] = hn::MulAdd(factor, left, sums[row][0]);
      sums[row][1] = hn::MulAdd(factor, right, sums[row][1]);
    }
  }
  const Vector bias_left = bias == nullptr ? hn::Zero(d) : hn::LoadU(d, bias);
  const Vector bias_right = bias == nullptr ? hn::Zero(d) : hn::LoadU(d, bias + lanes);
#pragma GCC unroll 12
  for (std::size_t row = 0; row < kTileRows; ++row) {
    float* left = c + row * c_stride;
    float* right = left + lanes;
    Vector sum_left = hn::Add(sums[row][0], bias_left);
    Vector sum_right = hn::Add(sums[row][1], bias_right);
    if (accumulates) {
      sum_left = hn::Add(sum_left, hn::LoadU(d, left));
      sum_right = hn::Add(sum_right, hn::LoadU(d, right));
    }
    hn::StoreU(sum_left, d, left);
    hn::StoreU(sum_right, d, right);
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // ZIPFLENS_KERNELS_PRODUCT_TILE_INL_H
