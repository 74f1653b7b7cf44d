#include "zipflens/kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "zipflens/kernels/panels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/attention.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "zipflens/kernels/product_tile_inl.h"
#include "zipflens/kernels/vector_exp_inl.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The memory of AttentionScratch. A strip of `depth` columns is pieces of kPassDepth of them, each
// [kTileRows, kStripStride].
struct Strips {
  float* queries;
  float* scores;
  float* tile;
};
constexpr std::size_t kPieceSize = kTileRows * kStripStride;

// c = strip b for the strip's first `rows` rows and one panel of b [depth, TileCols()]; c has
// kTileRows.
HWY_INLINE void MultiplyStrip(const float* strip, std::size_t rows, const float* panel,
                              std::size_t depth, float* c, std::size_t c_stride) {
  const std::size_t width = TileCols();
  for (std::size_t k = 0; k < depth; k += kPassDepth) {
    const std::size_t pass = std::min(kPassDepth, depth - k);
    MultiplyTile(rows, strip + k / kPassDepth * kPieceSize, panel + k * width, pass,
                 /*accumulates=*/k > 0, /*bias=*/nullptr, c, c_stride,
                 {panel + (k + pass) * width, width});
  }
}

void CopyToStrip(const float* row, std::size_t size, float* strip_row) {
  for (std::size_t k = 0; k < size; k += kPassDepth, strip_row += kPieceSize) {
    std::copy_n(row + k, std::min(kPassDepth, size - k), strip_row);
  }
}

// Calls body(piece, first, count) for the pieces of a strip's row.
template <class Body>
HWY_INLINE void ForEachPiece(float* strip_row, std::size_t length, const Body& body) {
  for (std::size_t k = 0; k < length; k += kPassDepth, strip_row += kPieceSize) {
    body(strip_row, k, std::min(kPassDepth, length - k));
  }
}

float MaxOfPiece(const float* piece, std::size_t size, float max) {
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

// piece = exp(piece - max); returns the sum of what it became.
float ExponentiatePiece(float* piece, std::size_t size, float max) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto row_max = hn::Set(d, max);
  auto sums_even = hn::Zero(d);
  auto sums_odd = hn::Zero(d);
  std::size_t k = 0;
  for (; k + 2 * lanes <= size; k += 2 * lanes) {
    const auto even = ExpOfNegative(d, hn::Sub(hn::LoadU(d, piece + k), row_max));
    const auto odd = ExpOfNegative(d, hn::Sub(hn::LoadU(d, piece + k + lanes), row_max));
    hn::StoreU(even, d, piece + k);
    hn::StoreU(odd, d, piece + k + lanes);
    sums_even = hn::Add(sums_even, even);
    sums_odd = hn::Add(sums_odd, odd);
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(sums_even, sums_odd)));
  const hn::CappedTag<float, 1> d_one;
  for (; k < size; ++k) {
    piece[k] = hn::GetLane(ExpOfNegative(d_one, hn::Set(d_one, piece[k] - max)));
    sum += piece[k];
  }
  return sum;
}

// sums = share * scores, plus sums unless it starts them.
void SumScores(const float* scores, std::size_t size, float share, bool starts, float* sums) {
  if (starts) {
    ForEachVector(size, [=](auto d, std::size_t k) HWY_ATTR {
      hn::StoreU(hn::Mul(hn::LoadU(d, scores + k), hn::Set(d, share)), d, sums + k);
    });
  } else {
    ForEachVector(size, [=](auto d, std::size_t k) HWY_ATTR {
      const auto sum =
          hn::MulAdd(hn::LoadU(d, scores + k), hn::Set(d, share), hn::LoadU(d, sums + k));
      hn::StoreU(sum, d, sums + k);
    });
  }
}

// What is wanted of the scores of query `row`, before they become something else.
void ReadScores(float* strip_row, std::size_t length, std::size_t row,
                const AttentionResults& results) {
  ForEachPiece(strip_row, length, [&](const float* piece, std::size_t first, std::size_t count) {
    if (results.scores.data != nullptr) {
      std::copy_n(piece, count, results.scores.Row(row) + first);
    }
    if (results.score_sums.data != nullptr) {
      SumScores(piece, count, results.score_share, results.starts_sums,
                results.score_sums.Row(row) + first);
    }
  });
}

// The row becomes exp(score - largest score); returns the sum.
float ExponentiateRow(float* strip_row, std::size_t length) {
  float max = strip_row[0];
  ForEachPiece(strip_row, length,
               [&](const float* piece, std::size_t /*first*/, std::size_t count) {
                 max = MaxOfPiece(piece, count, max);
               });
  float sum = 0;
  ForEachPiece(strip_row, length, [&](float* piece, std::size_t /*first*/, std::size_t count) {
    sum += ExponentiatePiece(piece, count, max);
  });
  return sum;
}

// context = strip v / sums, for the first `rows` rows of the strip.
void ContextInto(const PackedHead& head, const Strips& strips, const float* sums, std::size_t rows,
                 MatrixView<float> context) {
  const std::size_t width = TileCols();
  for (std::size_t col = 0; col < head.head_size; col += width) {
    MultiplyStrip(strips.scores, rows, head.values + col * head.length, head.length, strips.tile,
                  width);
    const std::size_t count = std::min(width, head.head_size - col);
    for (std::size_t row = 0; row < rows; ++row) {
      const float scale = 1.0f / sums[row];
      const float* tile_row = strips.tile + row * width;
      float* context_row = context.Row(row) + col;
      ForEachVector(count, [=](auto d, std::size_t k) HWY_ATTR {
        hn::StoreU(hn::Mul(hn::LoadU(d, tile_row + k), hn::Set(d, scale)), d, context_row + k);
      });
    }
  }
}

void AttendKernel(MatrixView<const float> queries, const PackedHead& head, float* queries_strip,
                  float* scores_strip, float* tile, const AttentionResults& results) {
  const Strips strips = {queries_strip, scores_strip, tile};
  const std::size_t width = TileCols();
  float sums[kTileRows];
  for (std::size_t first = 0; first < queries.rows; first += kTileRows) {
    const std::size_t rows = std::min(kTileRows, queries.rows - first);
    for (std::size_t row = 0; row < rows; ++row) {
      CopyToStrip(queries.Row(first + row), head.head_size, strips.queries + row * kStripStride);
    }
    for (std::size_t col = 0; col < head.length; col += width) {
      float* scores = strips.scores + col / kPassDepth * kPieceSize + col % kPassDepth;
      MultiplyStrip(strips.queries, rows, head.keys + col * head.head_size, head.head_size, scores,
                    kStripStride);
    }
    for (std::size_t row = 0; row < rows; ++row) {
      float* strip_row = strips.scores + row * kStripStride;
      ReadScores(strip_row, head.length, first + row, results);
      if (results.context.data != nullptr) sums[row] = ExponentiateRow(strip_row, head.length);
    }
    if (results.context.data == nullptr) continue;
    ContextInto(head, strips, sums, rows,
                {results.context.Row(first), rows, head.head_size, results.context.stride});
  }
}

// Floats of a strip of `depth` columns.
std::size_t StripSizeKernel(std::size_t depth) {
  return (depth + kPassDepth - 1) / kPassDepth * kPieceSize;
}
std::size_t TileSizeKernel() { return kTileRows * TileCols(); }

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(AttendKernel);
HWY_EXPORT(StripSizeKernel);
HWY_EXPORT(TileSizeKernel);

AttentionScratch::AttentionScratch(std::size_t max_length, std::size_t max_head_size)
    : max_length_(max_length), max_head_size_(max_head_size) {
  ApplyInstructionSetLimit();
  queries_ = AlignedBuffer<float>(HWY_DYNAMIC_DISPATCH(StripSizeKernel)(max_head_size));
  scores_ = AlignedBuffer<float>(HWY_DYNAMIC_DISPATCH(StripSizeKernel)(max_length));
  tile_ = AlignedBuffer<float>(HWY_DYNAMIC_DISPATCH(TileSizeKernel)());
  // Rows of the last tile that no query fills are multiplied too.
  std::ranges::fill(queries_.span(), 0.0f);
  std::ranges::fill(scores_.span(), 0.0f);
}

void AttendInto(MatrixView<const float> queries, const PackedHead& head, AttentionScratch& scratch,
                const AttentionResults& results) {
  ZIPFLENS_CHECK(head.length > 0 && head.length <= scratch.max_length_);
  ZIPFLENS_CHECK(queries.cols == head.head_size && head.head_size <= scratch.max_head_size_);
  for (const MatrixView<float>& view : {results.scores, results.score_sums}) {
    ZIPFLENS_CHECK(view.data == nullptr || (view.rows == queries.rows && view.cols == head.length));
  }
  ZIPFLENS_CHECK(results.context.data == nullptr ||
                 (results.context.rows == queries.rows && results.context.cols == head.head_size));
  HWY_DYNAMIC_DISPATCH(AttendKernel)
  (queries, head, scratch.queries_.data(), scratch.scores_.data(), scratch.tile_.data(), results);
}

namespace reference {
namespace {

void SoftmaxInPlace(std::vector<double>& row) {
  const double max = *std::ranges::max_element(row);
  double sum = 0;
  for (double& value : row) {
    value = std::exp(value - max);
    sum += value;
  }
  for (double& value : row) value /= sum;
}

}  // namespace

void AttendInto(MatrixView<const float> queries, MatrixView<const float> keys,
                MatrixView<const float> values, const AttentionResults& results) {
  std::vector<double> row(keys.rows);
  for (std::size_t i = 0; i < queries.rows; ++i) {
    for (std::size_t j = 0; j < keys.rows; ++j) {
      row[j] = 0;
      for (std::size_t k = 0; k < keys.cols; ++k) {
        row[j] += static_cast<double>(queries(i, k)) * keys(j, k);
      }
      if (results.scores.data != nullptr) results.scores(i, j) = static_cast<float>(row[j]);
      if (results.score_sums.data == nullptr) continue;
      float& sum = results.score_sums(i, j);
      sum = static_cast<float>((results.starts_sums ? 0.0 : sum) + results.score_share * row[j]);
    }
    if (results.context.data == nullptr) continue;
    SoftmaxInPlace(row);
    for (std::size_t k = 0; k < values.cols; ++k) {
      double sum = 0;
      for (std::size_t j = 0; j < keys.rows; ++j) sum += row[j] * values(j, k);
      results.context(i, k) = static_cast<float>(sum);
    }
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
