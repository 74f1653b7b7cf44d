#include "zipflens/kernels/attention/attention.h"

#include <algorithm>
#include <cstddef>

#include "zipflens/kernels/products/panels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/attention/attention.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "zipflens/kernels/attention/head_products_inl.h"
#include "zipflens/kernels/products/product_tile_inl.h"
#include "zipflens/kernels/vector_exp_inl.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// sums = share * scores if `starts`, else sums += share * scores, for one vector.
template <class D>
HWY_INLINE void SumVector(D d, const float* scores, float share, bool starts, float* sums) {
  const auto z = hn::LoadU(d, scores);
  const auto factor = hn::Set(d, share);
  hn::StoreU(starts ? hn::Mul(z, factor) : hn::MulAdd(z, factor, hn::LoadU(d, sums)), d, sums);
}

// The same for the first `rows` rows and `cols` columns of a tile of scores.
HWY_INLINE void SumTile(const float* scores, std::size_t rows, std::size_t cols, float share,
                        bool starts, float* sums, std::size_t sums_stride) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t row = 0; row < rows; ++row, scores += kRowStride, sums += sums_stride) {
    std::size_t k = 0;
    for (; k + lanes <= cols; k += lanes) SumVector(d, scores + k, share, starts, sums + k);
    for (; k < cols; ++k) {
      SumVector(hn::CappedTag<float, 1>(), scores + k, share, starts, sums + k);
    }
  }
}

// Computes one head's attention, a strip of queries at a time.
template <class Products>
class StripAttention {
 public:
  StripAttention(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
                 const PackedHead& head, const AttentionStrips& strips,
                 const AttentionResults& results)
      : queries_(queries),
        chosen_(chosen),
        head_(head),
        strips_(strips),
        results_(results),
        products_(head, strips) {}

  void Run(std::size_t first, std::size_t rows) const {
    for (std::size_t row = 0; row < rows; ++row) {
      products_.TakeQuery(queries_.Row(chosen_[first + row]), row);
    }
    MultiplyKeys(first, rows);
    if (results_.scores.data != nullptr) {
      for (std::size_t row = 0; row < rows; ++row) {
        CopyScores(row, results_.scores.Row(chosen_[first + row]));
      }
    }
    if (results_.on_score_rows) FireRows(first, rows);
    if (results_.context.data != nullptr) MultiplyValues(first, rows);
  }

 private:
  // Computes the strip's scores, one panel of keys at a time, and adds them to the sums over heads
  // while they are in the first-level cache.
  void MultiplyKeys(std::size_t first, std::size_t rows) const {
    const std::size_t width = Products::PanelCols();
    for (std::size_t col = 0; col < head_.length(); col += width) {
      float* scores = strips_.scores + col / kPassDepth * kPieceSize + col % kPassDepth;
      float* sums =
          results_.score_sums.data == nullptr ? nullptr : results_.score_sums.Row(first) + col;
      // The sums are in the second-level cache and are prefetched before they are needed.
      if (sums != nullptr && rows == kScoreStripRows) {
        PrefetchTile<kScoreStripRows>(sums, results_.score_sums.stride);
      }
      products_.MultiplyKeys(rows, col, scores);
      if (sums == nullptr) continue;
      SumTile(scores, rows, std::min(width, head_.length() - col), results_.score_share,
              results_.starts_sums, sums, results_.score_sums.stride);
    }
  }

  void CopyScores(std::size_t row, float* scores) const {
    ForEachPiece(strips_.scores + row * kRowStride, head_.length(),
                 [&](const float* piece, std::size_t begin, std::size_t count) {
                   std::copy_n(piece, count, scores + begin);
                 });
  }

  void FireRows(std::size_t first, std::size_t rows) const {
    MatrixView<const float> scores(strips_.scores, rows, head_.length(), kRowStride);
    if (head_.length() > kPassDepth) {
      for (std::size_t row = 0; row < rows; ++row) {
        CopyScores(row, strips_.rows + row * head_.length());
      }
      scores = {strips_.rows, rows, head_.length()};
    }
    results_.on_score_rows({chosen_.subspan(first, rows), scores});
  }

  // Replaces the strip's scores by weights, and writes the context: weights times values, divided
  // by the sum of the weights.
  void MultiplyValues(std::size_t first, std::size_t rows) const {
    float sums[kScoreStripRows];
    for (std::size_t row = 0; row < rows; ++row) sums[row] = products_.TakeWeights(row);
    const std::size_t width = Products::PanelCols();
    for (std::size_t col = 0; col < head_.head_size(); col += width) {
      products_.MultiplyValues(rows, col);
      const std::size_t count = std::min(width, head_.head_size() - col);
      for (std::size_t row = 0; row < rows; ++row) {
        const float scale = 1.0f / sums[row];
        const float* tile_row = strips_.tile + row * width;
        float* context_row = results_.context.Row(chosen_[first + row]) + col;
        ForEachVector(count, [=](auto d, std::size_t k) HWY_ATTR {
          hn::StoreU(hn::Mul(hn::LoadU(d, tile_row + k), hn::Set(d, scale)), d, context_row + k);
        });
      }
    }
  }

  MatrixView<const float> queries_;
  std::span<const std::uint32_t> chosen_;
  const PackedHead& head_;
  const AttentionStrips& strips_;
  const AttentionResults& results_;
  Products products_;
};

template <class Products>
void Attend(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
            const PackedHead& head, const AttentionStrips& strips,
            const AttentionResults& results) {
  const StripAttention<Products> attention(queries, chosen, head, strips, results);
  for (std::size_t first = 0; first < chosen.size(); first += kScoreStripRows) {
    attention.Run(first, std::min(kScoreStripRows, chosen.size() - first));
  }
}

void AttendKernel(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
                  const PackedHead& head, const AttentionStrips& strips,
                  const AttentionResults& results) {
  switch (head.products()) {
    case HeadProducts::kFloats:
      return Attend<FloatProducts<false>>(queries, chosen, head, strips, results);
    case HeadProducts::kRoundedFloats:
      return Attend<FloatProducts<true>>(queries, chosen, head, strips, results);
    case HeadProducts::kTiles:
#if ZIPFLENS_HAS_TILES
      return Attend<TileProducts>(queries, chosen, head, strips, results);
#else
      return;  // AttendInto never requests it
#endif
  }
}

// Number of floats in a strip of `depth` columns.
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
    : max_length_(max_length),
      max_head_size_(max_head_size),
      weights_(kScoreStripRows * WeightStride(max_length)) {
  ApplyInstructionSetLimit();
  queries_ = AlignedBuffer<float>(HWY_DYNAMIC_DISPATCH(StripSizeKernel)(max_head_size));
  scores_ = AlignedBuffer<float>(HWY_DYNAMIC_DISPATCH(StripSizeKernel)(max_length));
  tile_ = AlignedBuffer<float>(2 * HWY_DYNAMIC_DISPATCH(TileSizeKernel)());
  if (max_length > kPassDepth) rows_ = AlignedBuffer<float>(kScoreStripRows * max_length);
  // The last tile also multiplies rows that hold no query, so memory must be initialised.
  std::ranges::fill(queries_.span(), 0.0f);
  std::ranges::fill(scores_.span(), 0.0f);
}

void AttendInto(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
                const PackedHead& head, AttentionScratch& scratch,
                const AttentionResults& results) {
  ZIPFLENS_CHECK(head.length() > 0 && head.length() <= scratch.max_length_);
  ZIPFLENS_CHECK(queries.cols == head.head_size() && head.head_size() <= scratch.max_head_size_);
  ZIPFLENS_CHECK(head.products() != HeadProducts::kTiles || amx::IsAvailable());
  for (const std::uint32_t query : chosen) ZIPFLENS_CHECK(query < queries.rows);
  const auto fits = [](MatrixView<float> view, std::size_t rows, std::size_t cols) {
    return view.data == nullptr || (view.rows == rows && view.cols == cols);
  };
  ZIPFLENS_CHECK(fits(results.scores, queries.rows, head.length()));
  ZIPFLENS_CHECK(fits(results.score_sums, chosen.size(), head.length()));
  ZIPFLENS_CHECK(fits(results.context, queries.rows, head.head_size()));
  const AttentionStrips strips = {scratch.queries_.data(), scratch.scores_.data(),
                                  scratch.weights_.data(), scratch.tile_.data(),
                                  scratch.rows_.data()};
  HWY_DYNAMIC_DISPATCH(AttendKernel)(queries, chosen, head, strips, results);
}

}  // namespace zipflens
#endif  // HWY_ONCE
