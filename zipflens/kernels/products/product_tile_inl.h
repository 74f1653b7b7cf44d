// The inner loop of all matrix products in float32, compiled once for each instruction set.
//
// A product is computed one tile at a time: kTileRows rows by two vectors of columns, whose sums
// stay in registers while the loop runs over the depth (Goto and van de Geijn, "Anatomy of
// High-Performance Matrix Multiplication", 2008). The first operand's rows are kRowStride floats
// apart. This distance is fixed, so that every row is one address plus a constant, and an odd
// number of cache lines, so that rows do not compete for the same ones. The second operand is
// stored as panels as wide as a tile, [depth, PanelWidth].

// Highway's include guard: the file is read again for every target.
#if defined(ZIPFLENS_KERNELS_PRODUCT_TILE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ZIPFLENS_KERNELS_PRODUCT_TILE_INL_H
#undef ZIPFLENS_KERNELS_PRODUCT_TILE_INL_H
#else
#define ZIPFLENS_KERNELS_PRODUCT_TILE_INL_H
#endif

#include <cstddef>

#include "hwy/highway.h"
#include "zipflens/kernels/products/panels.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The sums of a tile take 24 of 32 registers, or 12 of 16; the others hold the operands.
constexpr bool kHas32Registers = HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL;
constexpr std::size_t kTileRows = kHas32Registers ? 12 : 6;
constexpr std::size_t kTileVectors = 2;
static_assert(kBlockRows % kTileRows == 0 && kTileRows % 3 == 0);

HWY_INLINE std::size_t TileCols() { return kTileVectors * hn::Lanes(hn::ScalableTag<float>()); }

// Number of steps of depth in one turn of a tile's loop.
constexpr std::size_t kTileSteps = 4;

// What to prefetch while a tile is computed: one cache line every kTileSteps of depth, `step`
// floats apart.
struct TilePrefetch {
  const float* next;
  std::size_t step;
};

// Prefetches the cache lines of a tile that will be written.
template <std::size_t kRows>
HWY_INLINE void PrefetchTile(const float* c, std::size_t c_stride) {
  constexpr std::size_t kFloatsPerLine = 16;
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t col = 0; col < TileCols(); col += kFloatsPerLine) {
      __builtin_prefetch(c + row * c_stride + col, /*rw=*/1, /*locality=*/3);
    }
  }
}

// sum += a b. With its own choice among the forms of this instruction, GCC sometimes overwrites a
// factor, and then copies sums between registers, and some to memory, in every turn.
template <class Vector>
HWY_INLINE void AddProduct(const Vector& a, const Vector& b, Vector& sum) {
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  asm("vfmadd231ps %2, %1, %0" : "+v"(sum.raw) : "v"(a.raw), "v"(b.raw));
#else
  sum = hn::MulAdd(a, b, sum);
#endif
}

// sums += a b for one step of depth: a column of a, whose elements are kRowStride apart, times a
// row of a panel.
template <std::size_t kRows, class Vector>
HWY_INLINE void AddStep(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b,
                        Vector (&sums)[kRows][kTileVectors]) {
  const hn::ScalableTag<float> d;
  const Vector left = hn::Load(d, b);
  const Vector right = hn::Load(d, b + hn::Lanes(d));
#pragma GCC unroll 12
  for (std::size_t row = 0; row < kRows; ++row) {
    const Vector factor = hn::Set(d, a[row * kRowStride]);
    AddProduct(factor, left, sums[row][0]);
    AddProduct(factor, right, sums[row][1]);
  }
}

// c = a b, plus c itself if `accumulates`, plus the row `bias` unless it is null. a: [kRows,
// depth], rows kRowStride apart; b: one panel [depth, TileCols()], aligned; c: [kRows,
// TileCols()].
template <std::size_t kRows>
HWY_NOINLINE inline void MultiplyRows(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b,
                                      std::size_t depth, bool accumulates, const float* bias,
                                      float* HWY_RESTRICT c, std::size_t c_stride,
                                      TilePrefetch prefetch) {
  using D = hn::ScalableTag<float>;
  using Vector = hn::Vec<D>;
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t width = kTileVectors * lanes;

  PrefetchTile<kRows>(c, c_stride);
  Vector sums[kRows][kTileVectors];
#pragma GCC unroll 12
  for (auto& row_sums : sums) {
    row_sums[0] = hn::Zero(d);
    row_sums[1] = hn::Zero(d);
  }
  std::size_t k = 0;
  for (; k + kTileSteps <= depth; k += kTileSteps, b += kTileSteps * width) {
    __builtin_prefetch(prefetch.next, /*rw=*/0, /*locality=*/2);
    prefetch.next += prefetch.step;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kTileSteps; ++i) AddStep(a + k + i, b + i * width, sums);
  }
  for (; k < depth; ++k, b += width) AddStep(a + k, b, sums);
  const Vector bias_left = bias == nullptr ? hn::Zero(d) : hn::LoadU(d, bias);
  const Vector bias_right = bias == nullptr ? hn::Zero(d) : hn::LoadU(d, bias + lanes);
#pragma GCC unroll 12
  for (std::size_t row = 0; row < kRows; ++row) {
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

// Number of rows that are computed for a tile of `rows` rows: a third, two thirds or all of
// kTileRows.
HWY_INLINE std::size_t ComputedRows(std::size_t rows) {
  constexpr std::size_t kThird = kTileRows / 3;
  return (rows + kThird - 1) / kThird * kThird;
}

// MultiplyRows for the first ComputedRows(rows) rows, which a and c must have.
HWY_INLINE void MultiplyTile(std::size_t rows, const float* a, const float* b, std::size_t depth,
                             bool accumulates, const float* bias, float* c, std::size_t c_stride,
                             TilePrefetch prefetch) {
  const std::size_t computed = ComputedRows(rows);
  if (computed == kTileRows) {
    MultiplyRows<kTileRows>(a, b, depth, accumulates, bias, c, c_stride, prefetch);
  } else if (computed == kTileRows / 3) {
    MultiplyRows<kTileRows / 3>(a, b, depth, accumulates, bias, c, c_stride, prefetch);
  } else {
    MultiplyRows<kTileRows / 3 * 2>(a, b, depth, accumulates, bias, c, c_stride, prefetch);
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // ZIPFLENS_KERNELS_PRODUCT_TILE_INL_H
