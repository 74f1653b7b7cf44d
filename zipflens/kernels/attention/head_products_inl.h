// The two products of one head's attention for a strip of queries, and the softmax between them, in
// each variant of packed_head.h. Compiled once for each instruction set.

// Highway's include guard: the file is read again for every target.
#if defined(ZIPFLENS_KERNELS_HEAD_PRODUCTS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ZIPFLENS_KERNELS_HEAD_PRODUCTS_INL_H
#undef ZIPFLENS_KERNELS_HEAD_PRODUCTS_INL_H
#else
#define ZIPFLENS_KERNELS_HEAD_PRODUCTS_INL_H
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "hwy/highway.h"
#include "zipflens/kernels/attention/attention_strips.h"
#include "zipflens/kernels/attention/packed_head.h"
#include "zipflens/kernels/products/amx_tiles.h"
#include "zipflens/kernels/products/bfloat16_tiles.h"
#include "zipflens/kernels/products/panels.h"
#include "zipflens/kernels/products/product_tile_inl.h"
#include "zipflens/kernels/products/vector_bfloat16_inl.h"
#include "zipflens/kernels/vector_exp_inl.h"

// Every processor with AMX has what Highway's target AVX3 needs.
#undef ZIPFLENS_HAS_TILES
#if HWY_ARCH_X86_64 && (HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL)
#define ZIPFLENS_HAS_TILES 1
#else
#define ZIPFLENS_HAS_TILES 0
#endif

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The floats of a strip with `depth` columns are stored as pieces of kPassDepth columns, each
// [kScoreStripRows, kRowStride].
constexpr std::size_t kPieceSize = kScoreStripRows * kRowStride;
static_assert(kScoreStripRows % kTileRows == 0);

// Calls body(piece, first, count) for each piece of one row of a strip: `count` floats at `piece`,
// for columns from `first` on.
template <class Body>
HWY_INLINE void ForEachPiece(float* strip_row, std::size_t length, const Body& body) {
  for (std::size_t k = 0; k < length; k += kPassDepth, strip_row += kPieceSize) {
    body(strip_row, k, std::min(kPassDepth, length - k));
  }
}

inline float MaxOfPiece(const float* piece, std::size_t size, float max) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  auto maxima_even = hn::Set(d, max);
  auto maxima_odd = maxima_even;
  std::size_t k = 0;
  for (; k + 2 * lanes <= size; k += 2 * lanes) {
    maxima_even = hn::Max(maxima_even, hn::LoadU(d, piece + k));
    maxima_odd = hn::Max(maxima_odd, hn::LoadU(d, piece + k + lanes));
  }
  max = hn::GetLane(hn::MaxOfLanes(d, hn::Max(maxima_even, maxima_odd)));
  for (; k < size; ++k) max = std::max(max, piece[k]);
  return max;
}

inline float MaxOfRow(float* strip_row, std::size_t length) {
  float max = strip_row[0];
  ForEachPiece(strip_row, length,
               [&](const float* piece, std::size_t /*first*/, std::size_t count) {
                 max = MaxOfPiece(piece, count, max);
               });
  return max;
}

// Calls store(k, even, odd) with exp(piece - max) for two vectors at a time, up to the last whole
// pair of vectors. Returns the sum of the exponentials.
template <class Store>
HWY_INLINE float ExponentiatePairs(const float* piece, std::size_t size, float max,
                                   const Store& store) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto row_max = hn::Set(d, max);
  auto sums_even = hn::Zero(d);
  auto sums_odd = hn::Zero(d);
  for (std::size_t k = 0; k + 2 * lanes <= size; k += 2 * lanes) {
    const auto even = ExpOfNegative(d, hn::Sub(hn::LoadU(d, piece + k), row_max));
    const auto odd = ExpOfNegative(d, hn::Sub(hn::LoadU(d, piece + k + lanes), row_max));
    store(k, even, odd);
    sums_even = hn::Add(sums_even, even);
    sums_odd = hn::Add(sums_odd, odd);
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(sums_even, sums_odd)));
}

// piece = exp(piece - max); returns the sum of the new values.
inline float ExponentiatePiece(float* piece, std::size_t size, float max) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  float sum = ExponentiatePairs(piece, size, max, [=](std::size_t k, auto even, auto odd) HWY_ATTR {
    hn::StoreU(even, d, piece + k);
    hn::StoreU(odd, d, piece + k + lanes);
  });
  const hn::CappedTag<float, 1> d_one;
  for (std::size_t k = size / (2 * lanes) * 2 * lanes; k < size; ++k) {
    piece[k] = hn::GetLane(ExpOfNegative(d_one, hn::Set(d_one, piece[k] - max)));
    sum += piece[k];
  }
  return sum;
}

// Products by float32 multiply-adds, whose operands are rounded to bfloat16 first if kRounds.
template <bool kRounds>
class FloatProducts {
 public:
  FloatProducts(const PackedHead& head, const AttentionStrips& strips)
      : head_(head), strips_(strips) {}

  static std::size_t PanelCols() { return TileCols(); }

  // Stores a query as row `row` of the strip.
  void TakeQuery(const float* query, std::size_t row) const {
    ForEachPiece(strips_.queries + row * kRowStride, head_.head_size(),
                 [&](float* piece, std::size_t first, std::size_t count) {
                   std::copy_n(query + first, count, piece);
                   if constexpr (kRounds) RoundValues(piece, count);
                 });
  }

  // Writes scores [rows, PanelCols()], rows kRowStride apart: the strip's queries times the keys
  // from `col` on.
  void MultiplyKeys(std::size_t rows, std::size_t col, float* scores) const {
    MultiplyStrip(strips_.queries, rows, Panels(head_.keys()) + col * head_.head_size(),
                  head_.head_size(), scores, kRowStride);
  }

  // Replaces a row of scores by the weights of the values, exp(score - largest score), and returns
  // their sum.
  float TakeWeights(std::size_t row) const {
    float* scores = strips_.scores + row * kRowStride;
    const float max = MaxOfRow(scores, head_.length());
    float sum = 0;
    ForEachPiece(scores, head_.length(),
                 [&](float* piece, std::size_t /*first*/, std::size_t count) {
                   sum += ExponentiatePiece(piece, count, max);
                   if constexpr (kRounds) RoundValues(piece, count);
                 });
    return sum;
  }

  // Writes strips.tile [rows, PanelCols()]: the weights times the columns of the values from `col`
  // on.
  void MultiplyValues(std::size_t rows, std::size_t col) const {
    MultiplyStrip(strips_.scores, rows, Panels(head_.values()) + col * head_.length(),
                  head_.length(), strips_.tile, TileCols());
  }

 private:
  static const float* Panels(const std::byte* panels) {
    return reinterpret_cast<const float*>(panels);
  }

  // c = strip * b for the first `rows` rows of the strip and one panel of b [depth, TileCols()]. c
  // must have kScoreStripRows rows.
  static void MultiplyStrip(const float* strip, std::size_t rows, const float* panel,
                            std::size_t depth, float* c, std::size_t c_stride) {
    const std::size_t width = TileCols();
    for (std::size_t k = 0; k < depth; k += kPassDepth) {
      const std::size_t pass = std::min(kPassDepth, depth - k);
      const float* piece = strip + k / kPassDepth * kPieceSize;
      for (std::size_t row = 0; row < rows; row += kTileRows) {
        MultiplyTile(std::min(kTileRows, rows - row), piece + row * kRowStride, panel + k * width,
                     pass, /*accumulates=*/k > 0, /*bias=*/nullptr, c + row * c_stride, c_stride,
                     {panel + (k + pass) * width, width});
      }
    }
  }

  const PackedHead& head_;
  const AttentionStrips& strips_;
};

#if ZIPFLENS_HAS_TILES

// Products in bfloat16 on AMX: the rows of a strip are those of a tile. Rows without a query are
// computed from whatever is in memory, and nobody reads them.
class TileProducts {
 public:
  TileProducts(const PackedHead& head, const AttentionStrips& strips)
      : head_(head),
        strips_(strips),
        query_steps_(NumBfloat16Steps(head.head_size())),
        weight_steps_(NumBfloat16Steps(head.length())),
        queries_(reinterpret_cast<std::uint16_t*>(strips.queries)),
        query_stride_(query_steps_ * kBfloat16StepDepth),
        weight_stride_(WeightStride(head.length())) {}

  static std::size_t PanelCols() { return kBfloat16PanelCols; }

  void TakeQuery(const float* query, std::size_t row) const {
    const hn::ScalableTag<float> d;
    std::uint16_t* rounded = queries_ + row * query_stride_;
    for (std::size_t k = 0; k < head_.head_size(); k += kBfloat16StepDepth) {
      float step[kBfloat16StepDepth] = {};
      std::copy_n(query + k, std::min(kBfloat16StepDepth, head_.head_size() - k), step);
      StoreRounded(hn::LoadU(d, step), hn::LoadU(d, step + hn::Lanes(d)), rounded + k);
    }
  }

  void MultiplyKeys(std::size_t /*rows*/, std::size_t col, float* scores) const {
    const std::byte* panel =
        head_.keys() + col / kBfloat16PanelCols * query_steps_ * kBfloat16StepBytes;
    amx::SetZero<0>();
    amx::SetZero<1>();
    for (std::size_t step = 0; step < query_steps_; ++step, panel += kBfloat16StepBytes) {
      amx::Load<4>(queries_ + step * kBfloat16StepDepth, query_stride_ * sizeof(std::uint16_t));
      amx::Load<6>(panel, amx::kTileRowBytes);
      amx::Load<7>(panel + amx::kTileBytes, amx::kTileRowBytes);
      amx::MultiplyBfloat16<0, 4, 6>();
      amx::MultiplyBfloat16<1, 4, 7>();
    }
    amx::Store<0>(scores, kRowStride * sizeof(float));
    amx::Store<1>(scores + kTileCols, kRowStride * sizeof(float));
  }

  float TakeWeights(std::size_t row) const {
    float* scores = strips_.scores + row * kRowStride;
    const float max = MaxOfRow(scores, head_.length());
    std::uint16_t* weights = strips_.weights + row * weight_stride_;
    float sum = 0;
    ForEachPiece(scores, head_.length(), [&](float* piece, std::size_t first, std::size_t count) {
      // The columns of a step after the last key become exponentials too: zeros.
      const std::size_t padded = NumBfloat16Steps(count) * kBfloat16StepDepth;
      std::fill(piece + count, piece + padded, -std::numeric_limits<float>::infinity());
      sum += ExponentiatePairs(piece, padded, max,
                               [=](std::size_t k, auto even, auto odd)
                                   HWY_ATTR { StoreRounded(even, odd, weights + first + k); });
    });
    return sum;
  }

  // The sums of even and of odd steps are kept apart, so that a product need not wait for the one
  // before it.
  void MultiplyValues(std::size_t rows, std::size_t col) const {
    const std::byte* panel =
        head_.values() + col / kBfloat16PanelCols * weight_steps_ * kBfloat16StepBytes;
    amx::SetZero<0>();
    amx::SetZero<1>();
    amx::SetZero<2>();
    amx::SetZero<3>();
    std::size_t step = 0;
    for (; step + 2 <= weight_steps_; step += 2) {
      MultiplyValuesStep<0>(panel, step);
      MultiplyValuesStep<2>(panel, step + 1);
    }
    if (step < weight_steps_) MultiplyValuesStep<0>(panel, step);
    constexpr std::size_t kRowBytes = kBfloat16PanelCols * sizeof(float);
    float* even = strips_.tile;
    float* odd = even + kScoreStripRows * kBfloat16PanelCols;
    amx::Store<0>(even, kRowBytes);
    amx::Store<1>(even + kTileCols, kRowBytes);
    amx::Store<2>(odd, kRowBytes);
    amx::Store<3>(odd + kTileCols, kRowBytes);
    ForEachVector(rows * kBfloat16PanelCols, [=](auto d, std::size_t k) HWY_ATTR {
      hn::StoreU(hn::Add(hn::LoadU(d, even + k), hn::LoadU(d, odd + k)), d, even + k);
    });
  }

 private:
  using Vector = hn::Vec<hn::ScalableTag<float>>;
  static constexpr std::size_t kTileCols = amx::kTileRowBytes / sizeof(float);

  // Stores 32 floats rounded to nearest, ties to even. Subnormal numbers count as 0
  // (VCVTNE2PS2BF16).
  static HWY_INLINE void StoreRounded(Vector first, Vector second, std::uint16_t* rounded) {
    __m512i both;
    asm("vcvtne2ps2bf16 %2, %1, %0" : "=v"(both) : "v"(second.raw), "v"(first.raw));
    hn::StoreU(hn::Vec<hn::ScalableTag<std::uint16_t>>{both}, hn::ScalableTag<std::uint16_t>(),
               rounded);
  }

  // Adds one step of the weights times one step of the values to tiles kSums and kSums + 1.
  template <int kSums>
  HWY_INLINE void MultiplyValuesStep(const std::byte* panel, std::size_t step) const {
    amx::Load<4>(strips_.weights + step * kBfloat16StepDepth,
                 weight_stride_ * sizeof(std::uint16_t));
    amx::Load<6>(panel + step * kBfloat16StepBytes, amx::kTileRowBytes);
    amx::Load<7>(panel + step * kBfloat16StepBytes + amx::kTileBytes, amx::kTileRowBytes);
    amx::MultiplyBfloat16<kSums, 4, 6>();
    amx::MultiplyBfloat16<kSums + 1, 4, 7>();
  }

  const PackedHead& head_;
  const AttentionStrips& strips_;
  std::size_t query_steps_;
  std::size_t weight_steps_;
  std::uint16_t* queries_;
  std::size_t query_stride_;
  std::size_t weight_stride_;
  amx::TileScope tiles_{kScoreStripRows};
};

#endif  // ZIPFLENS_HAS_TILES

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // ZIPFLENS_KERNELS_HEAD_PRODUCTS_INL_H
