#include "zipflens/kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "zipflens/kernels/panels.h"

#ifndef ZIPFLENS_ATTENTION_STRIPS
#define ZIPFLENS_ATTENTION_STRIPS
namespace zipflens {

// The memory of AttentionScratch.
struct AttentionStrips {
  float* queries;
  float* scores;
  float* tile;
  float* rows;
};

}  // namespace zipflens
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/attention.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "zipflens/kernels/product_tile_inl.h"
#include "zipflens/kernels/vector_exp_inl.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A strip of `depth` columns is pieces of kPassDepth of them, each [kScoreStripRows, kStripStride].
constexpr std::size_t kPieceSize = kScoreStripRows * kStripStride;
static_assert(kScoreStripRows % kTileRows == 0);

// c = strip b for the strip's first `rows` rows and one panel of b [depth, TileCols()]; c has
// kScoreStripRows.
HWY_INLINE void MultiplyStrip(const float* strip, std::size_t rows, const float* panel,
                              std::size_t depth, float* c, std::size_t c_stride) {
  const std::size_t width = TileCols();
  for (std::size_t k = 0; k < depth; k += kPassDepth) {
    const std::size_t pass = std::min(kPassDepth, depth - k);
    const float* piece = strip + k / kPassDepth * kPieceSize;
    for (std::size_t row = 0; row < rows; row += kTileRows) {
      MultiplyTile(std::min(kTileRows, rows - row), piece + row * kStripStride, panel + k * width,
                   pass, /*accumulates=*/k > 0, /*bias=*/nullptr, c + row * c_stride, c_stride,
                   {panel + (k + pass) * width, width});
    }
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

// sums = share * scores, plus sums unless `starts`.
template <class D>
HWY_INLINE void SumVector(D d, const float* scores, float share, bool starts, float* sums) {
  const auto z = hn::LoadU(d, scores);
  const auto factor = hn::Set(d, share);
  hn::StoreU(starts ? hn::Mul(z, factor) : hn::MulAdd(z, factor, hn::LoadU(d, sums)), d, sums);
}

// The same for `cols` columns of the first `rows` rows of a strip.
HWY_INLINE void SumTile(const float* scores, std::size_t rows, std::size_t cols, float share,
                        bool starts, float* sums, std::size_t sums_stride) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t row = 0; row < rows; ++row, scores += kStripStride, sums += sums_stride) {
    std::size_t k = 0;
    for (; k + lanes <= cols; k += lanes) SumVector(d, scores + k, share, starts, sums + k);
    for (; k < cols; ++k) {
      SumVector(hn::CappedTag<float, 1>(), scores + k, share, starts, sums + k);
    }
  }
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

// Attends with one head, a strip of queries at a time.
struct StripAttention {
  MatrixView<const float> queries;
  std::span<const std::uint32_t> chosen;
  const PackedHead& head;
  const AttentionStrips& strips;
  const AttentionResults& results;

  void Run(std::size_t first, std::size_t rows) const {
    for (std::size_t row = 0; row < rows; ++row) {
      CopyToStrip(queries.Row(chosen[first + row]), head.head_size,
                  strips.queries + row * kStripStride);
    }
    MultiplyKeys(first, rows);
    if (results.scores.data != nullptr) {
      for (std::size_t row = 0; row < rows; ++row) {
        CopyScores(row, results.scores.Row(chosen[first + row]));
      }
    }
    if (results.score_rows != nullptr) FireRows(first, rows);
    if (results.context.data != nullptr) MultiplyValues(first, rows);
  }

 private:
  // The strip's scores, a panel of keys at a time; they are added to sums while they are at hand.
  void MultiplyKeys(std::size_t first, std::size_t rows) const {
    const std::size_t width = TileCols();
    for (std::size_t col = 0; col < head.length; col += width) {
      float* scores = strips.scores + col / kPassDepth * kPieceSize + col % kPassDepth;
      float* sums =
          results.score_sums.data == nullptr ? nullptr : results.score_sums.Row(first) + col;
      // They lie in the second-level cache: asked for before they are needed.
      if (sums != nullptr && rows == kScoreStripRows) {
        PrefetchTile<kScoreStripRows>(sums, results.score_sums.stride);
      }
      MultiplyStrip(strips.queries, rows, head.keys + col * head.head_size, head.head_size, scores,
                    kStripStride);
      if (sums == nullptr) continue;
      SumTile(scores, rows, std::min(width, head.length - col), results.score_share,
              results.starts_sums, sums, results.score_sums.stride);
    }
  }

  void CopyScores(std::size_t row, float* scores) const {
    ForEachPiece(strips.scores + row * kStripStride, head.length,
                 [&](const float* piece, std::size_t begin, std::size_t count) {
                   std::copy_n(piece, count, scores + begin);
                 });
  }

  void FireRows(std::size_t first, std::size_t rows) const {
    MatrixView<const float> scores(strips.scores, rows, head.length, kStripStride);
    if (head.length > kPassDepth) {
      for (std::size_t row = 0; row < rows; ++row) {
        CopyScores(row, strips.rows + row * head.length);
      }
      scores = {strips.rows, rows, head.length};
    }
    results.score_rows->OnScoreRows(first, scores);
  }

  // The strip's scores become their exponentials, and those times v over their sums the context.
  void MultiplyValues(std::size_t first, std::size_t rows) const {
    float sums[kScoreStripRows];
    for (std::size_t row = 0; row < rows; ++row) {
      sums[row] = ExponentiateRow(strips.scores + row * kStripStride, head.length);
    }
    const std::size_t width = TileCols();
    for (std::size_t col = 0; col < head.head_size; col += width) {
      MultiplyStrip(strips.scores, rows, head.values + col * head.length, head.length, strips.tile,
                    width);
      const std::size_t count = std::min(width, head.head_size - col);
      for (std::size_t row = 0; row < rows; ++row) {
        const float scale = 1.0f / sums[row];
        const float* tile_row = strips.tile + row * width;
        float* context_row = results.context.Row(chosen[first + row]) + col;
        ForEachVector(count, [=](auto d, std::size_t k) HWY_ATTR {
          hn::StoreU(hn::Mul(hn::LoadU(d, tile_row + k), hn::Set(d, scale)), d, context_row + k);
        });
      }
    }
  }
};

void AttendKernel(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
                  const PackedHead& head, const AttentionStrips& strips,
                  const AttentionResults& results) {
  const StripAttention attention = {queries, chosen, head, strips, results};
  for (std::size_t first = 0; first < chosen.size(); first += kScoreStripRows) {
    attention.Run(first, std::min(kScoreStripRows, chosen.size() - first));
  }
}

// Floats of a strip of `depth` columns.
std::size_t StripSizeKernel(std::size_t depth) {
  return (depth + kPassDepth - 1) / kPassDepth * kPieceSize;
}
std::size_t TileSizeKernel() { return kScoreStripRows * TileCols(); }

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
  if (max_length > kPassDepth) rows_ = AlignedBuffer<float>(kScoreStripRows * max_length);
  // Rows of the last tile that no query fills are multiplied too.
  std::ranges::fill(queries_.span(), 0.0f);
  std::ranges::fill(scores_.span(), 0.0f);
}

void AttendInto(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
                const PackedHead& head, AttentionScratch& scratch,
                const AttentionResults& results) {
  ZIPFLENS_CHECK(head.length > 0 && head.length <= scratch.max_length_);
  ZIPFLENS_CHECK(queries.cols == head.head_size && head.head_size <= scratch.max_head_size_);
  for (const std::uint32_t query : chosen) ZIPFLENS_CHECK(query < queries.rows);
  const auto fits = [](MatrixView<float> view, std::size_t rows, std::size_t cols) {
    return view.data == nullptr || (view.rows == rows && view.cols == cols);
  };
  ZIPFLENS_CHECK(fits(results.scores, queries.rows, head.length));
  ZIPFLENS_CHECK(fits(results.score_sums, chosen.size(), head.length));
  ZIPFLENS_CHECK(fits(results.context, queries.rows, head.head_size));
  HWY_DYNAMIC_DISPATCH(AttendKernel)
  (queries, chosen, head,
   {scratch.queries_.data(), scratch.scores_.data(), scratch.tile_.data(), scratch.rows_.data()},
   results);
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

void AttendInto(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
                MatrixView<const float> keys, MatrixView<const float> values,
                const AttentionResults& results) {
  std::vector<float> rows;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    std::vector<double> row(keys.rows);
    for (std::size_t j = 0; j < keys.rows; ++j) {
      for (std::size_t k = 0; k < keys.cols; ++k) {
        row[j] += static_cast<double>(queries(chosen[i], k)) * keys(j, k);
      }
      rows.push_back(static_cast<float>(row[j]));
      if (results.scores.data != nullptr) results.scores(chosen[i], j) = rows.back();
      if (results.score_sums.data == nullptr) continue;
      float& sum = results.score_sums(i, j);
      sum = static_cast<float>((results.starts_sums ? 0.0 : sum) + results.score_share * row[j]);
    }
    if (results.context.data == nullptr) continue;
    SoftmaxInPlace(row);
    for (std::size_t k = 0; k < values.cols; ++k) {
      double sum = 0;
      for (std::size_t j = 0; j < keys.rows; ++j) sum += row[j] * values(j, k);
      results.context(chosen[i], k) = static_cast<float>(sum);
    }
  }
  if (results.score_rows == nullptr) return;
  results.score_rows->OnScoreRows(/*first=*/0, {rows.data(), chosen.size(), keys.rows});
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
