#include "zipflens/kernels/products/split_product.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/kernels/products/amx_tiles.h"
#include "zipflens/kernels/products/panels.h"

#if defined(__x86_64__)
#include "zipflens/kernels/products/amx_sums.h"

namespace zipflens {
namespace {

using amx::kGroupRows;
using amx::kPanelCols;

// Both operands are stored in steps of kStepDepth of the depth. A step holds each part in turn, as
// two tiles: 32 rows of x, or 32 columns of a panel. Within a step, index k of the depth is paired
// with k + 16, both in rows of x and in the pairs of panel rows that a tile row holds: this way two
// vectors are combined without a permutation.
constexpr std::size_t kParts = 3;
constexpr std::size_t kStepDepth = 32;
constexpr std::size_t kHalfStep = kStepDepth / 2;
constexpr std::size_t kPartBytes = 2 * amx::kTileBytes;
constexpr std::size_t kStepBytes = kParts * kPartBytes;

// The depth of a pass, and the number of rows in a row block: 786 KB of parts, which stay in the
// second-level cache.
constexpr std::size_t kMaxPassDepth = 512;
constexpr std::size_t kMaxBlockRows = 256;

std::size_t NumSteps(std::size_t depth) { return (depth + kStepDepth - 1) / kStepDepth; }

// The upper halves of the lanes of two vectors, as 16 dwords: `first` in the lower half of each.
ZIPFLENS_AVX512 inline __m512i UpperHalves(__m512i first, __m512i second) {
  constexpr __mmask32 kOddWords = 0xAAAAAAAA;
  return _mm512_mask_blend_epi16(kOddWords, _mm512_srli_epi32(first, 16), second);
}

// Splits two vectors into three parts and stores them kPartBytes apart.
ZIPFLENS_AVX512 inline void SplitVectors(__m512 first, __m512 second, std::byte* parts) {
  const __m512i half = _mm512_set1_epi32(0x8000);
  const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xFFFF0000U));
  for (std::size_t part = 0; part + 1 < kParts; ++part, parts += kPartBytes) {
    const __m512i rounded_first =
        _mm512_and_si512(_mm512_add_epi32(_mm512_castps_si512(first), half), upper);
    const __m512i rounded_second =
        _mm512_and_si512(_mm512_add_epi32(_mm512_castps_si512(second), half), upper);
    _mm512_store_si512(parts, UpperHalves(rounded_first, rounded_second));
    first = _mm512_sub_ps(first, _mm512_castsi512_ps(rounded_first));
    second = _mm512_sub_ps(second, _mm512_castsi512_ps(rounded_second));
  }
  // At most 8 bits are left, so the last part needs no rounding.
  _mm512_store_si512(parts, UpperHalves(_mm512_castps_si512(first), _mm512_castps_si512(second)));
}

// Splits x [at most kGroupRows, depth]. Rows and columns up to a whole group and step become 0.
ZIPFLENS_AVX512 void SplitRows(MatrixView<const float> x, std::byte* steps) {
  for (std::size_t k = 0; k < x.cols; k += kStepDepth, steps += kStepBytes) {
    const std::size_t count = std::min(kStepDepth, x.cols - k);
    const auto lanes = static_cast<unsigned>((std::uint64_t{1} << count) - 1);
    const auto first_lanes = static_cast<__mmask16>(lanes);
    const auto second_lanes = static_cast<__mmask16>(lanes >> kHalfStep);
    for (std::size_t row = 0; row < kGroupRows; ++row) {
      const bool is_there = row < x.rows;
      const float* values = x.Row(is_there ? row : 0) + k;
      SplitVectors(_mm512_maskz_loadu_ps(is_there ? first_lanes : 0, values),
                   _mm512_maskz_loadu_ps(is_there ? second_lanes : 0, values + kHalfStep),
                   steps + row * amx::kTileRowBytes);
    }
  }
}

// Splits a panel [depth, kPanelCols] a few rows at a time, between the products of the panel before
// it, while the vector units are idle.
class PanelSplitter {
 public:
  PanelSplitter() = default;
  PanelSplitter(const float* panel, std::size_t depth, std::byte* steps)
      : panel_(panel), depth_(depth), end_(NumSteps(depth) * kStepDepth), parts_(steps) {}

  // Splits the next `count` pairs of rows, or as many as are left.
  ZIPFLENS_AVX512 void SplitPairs(std::size_t count) {
    for (; count > 0 && k_ < end_; --count) {
      SplitPair();
      parts_ += amx::kTileRowBytes;
      if (++k_ % kHalfStep != 0) continue;
      k_ += kHalfStep;
      parts_ += kStepBytes - amx::kTileBytes;
    }
  }
  void SplitRest() { SplitPairs(end_); }

 private:
  ZIPFLENS_AVX512 void SplitPair() const {
    alignas(64) static constexpr std::array<float, kPanelCols> kZeros = {};
    const float* first = k_ < depth_ ? panel_ + k_ * kPanelCols : kZeros.data();
    const float* second =
        k_ + kHalfStep < depth_ ? panel_ + (k_ + kHalfStep) * kPanelCols : kZeros.data();
    // The weights of a deep model come from memory, so they are prefetched.
    constexpr std::size_t kAhead = 2 * kStepDepth * kPanelCols;
    for (const float* row : {first, second}) {
      __builtin_prefetch(row + kAhead);
      __builtin_prefetch(row + kAhead + kPanelCols / 2);
    }
    SplitVectors(_mm512_load_ps(first), _mm512_load_ps(second), parts_);
    SplitVectors(_mm512_load_ps(first + kPanelCols / 2), _mm512_load_ps(second + kPanelCols / 2),
                 parts_ + amx::kTileBytes);
  }

  const float* panel_ = nullptr;
  std::size_t depth_ = 0;
  std::size_t end_ = 0;  // exclusive end of the last step
  std::byte* parts_ = nullptr;
  std::size_t k_ = 0;
};

// Load part `part` of a step: of x into tiles 4 and 5, of a panel into tiles 6 and 7.
template <std::size_t kRowTiles>
inline void LoadRows(const std::byte* step, std::size_t part) {
  amx::Load<4>(step + part * kPartBytes, amx::kTileRowBytes);
  if constexpr (kRowTiles == 2) {
    amx::Load<5>(step + part * kPartBytes + amx::kTileBytes, amx::kTileRowBytes);
  }
}
inline void LoadCols(const std::byte* step, std::size_t part) {
  amx::Load<6>(step + part * kPartBytes, amx::kTileRowBytes);
  amx::Load<7>(step + part * kPartBytes + amx::kTileBytes, amx::kTileRowBytes);
}

// The six products of parts whose numbers (from 0) add up to at most 2, in the order with the
// fewest loads. Between them `pairs` pairs of rows of the next panel are split.
template <std::size_t kRowTiles>
ZIPFLENS_AVX512 inline void MultiplyStep(const std::byte* rows, const std::byte* cols,
                                         PanelSplitter& next, std::size_t pairs) {
  LoadRows<kRowTiles>(rows, 0);
  LoadCols(cols, 2);
  amx::MultiplyLoaded<kRowTiles>();
  LoadCols(cols, 1);
  amx::MultiplyLoaded<kRowTiles>();
  next.SplitPairs(pairs / 2);
  LoadRows<kRowTiles>(rows, 1);
  amx::MultiplyLoaded<kRowTiles>();
  LoadCols(cols, 0);
  amx::MultiplyLoaded<kRowTiles>();
  LoadRows<kRowTiles>(rows, 2);
  amx::MultiplyLoaded<kRowTiles>();
  LoadRows<kRowTiles>(rows, 0);
  amx::MultiplyLoaded<kRowTiles>();
  next.SplitPairs(pairs - pairs / 2);
}

// The part of the product that is being computed: a row block, a depth pass and a panel. The panel
// advances first, then the pass, then the block.
struct Place {
  std::size_t rows, depth, cols;  // of the whole product
  std::size_t pass_depth;
  std::size_t row = 0, k = 0, col = 0;

  bool Advance() {
    if ((col += kPanelCols) < cols) return true;
    col = 0;
    if ((k += pass_depth) < depth) return true;
    k = 0;
    return (row += kMaxBlockRows) < rows;
  }
  std::size_t BlockRows() const { return std::min(kMaxBlockRows, rows - row); }
  std::size_t PassDepth() const { return std::min(pass_depth, depth - k); }
  const float* Panel(const float* panels) const { return panels + col * depth + k * kPanelCols; }
};

Place FirstPlace(std::size_t rows, std::size_t depth, std::size_t cols) {
  const std::size_t num_passes = (depth + kMaxPassDepth - 1) / kMaxPassDepth;
  return {rows, depth, cols, NumSteps((depth + num_passes - 1) / num_passes) * kStepDepth};
}

// The operands of one panel's product, split into parts.
struct SplitOperands {
  const std::byte* rows;   // [groups, steps]
  const std::byte* panel;  // [steps]
  std::size_t num_steps;
};

// sums [kRowTiles * 16, kPanelCols] = the rows of a group times the panel.
template <std::size_t kRowTiles>
ZIPFLENS_AVX512 void MultiplyGroup(const SplitOperands& operands, std::size_t group,
                                   std::size_t pairs_a_step, PanelSplitter& next, float* sums) {
  amx::ClearSums<kRowTiles>();
  const std::byte* rows = operands.rows + group * operands.num_steps * kStepBytes;
  for (std::size_t step = 0; step < operands.num_steps; ++step) {
    MultiplyStep<kRowTiles>(rows + step * kStepBytes, operands.panel + step * kStepBytes, next,
                            pairs_a_step);
  }
  amx::StoreSums<kRowTiles>(sums);
}

// Computes y [rows, at most kPanelCols] for one panel; see amx::PutSums. The sums of each pass
// start at zero, which also keeps long products accurate.
void MultiplyPanel(const SplitOperands& operands, const float* bias, PanelSplitter& next,
                   float* sums, MatrixView<float> y) {
  const std::size_t num_groups = (y.rows + kGroupRows - 1) / kGroupRows;
  const std::size_t pairs_a_step = (kHalfStep + num_groups - 1) / num_groups;
  for (std::size_t group = 0; group < num_groups; ++group) {
    const std::size_t first = group * kGroupRows;
    const std::size_t rows = std::min(kGroupRows, y.rows - first);
    const auto multiply = rows > amx::kTileRows ? MultiplyGroup<2> : MultiplyGroup<1>;
    multiply(operands, group, pairs_a_step, next, sums);
    amx::PutSums(sums, bias, {y.Row(first), rows, y.cols, y.stride});
  }
}

void SplitBlock(const Place& place, MatrixView<const float> x, std::byte* parts) {
  const std::size_t depth = place.PassDepth();
  for (std::size_t row = 0; row < place.BlockRows(); row += kGroupRows) {
    const std::size_t rows = std::min(kGroupRows, place.BlockRows() - row);
    SplitRows({x.Row(place.row + row) + place.k, rows, depth, x.stride}, parts);
    parts += NumSteps(depth) * kStepBytes;
  }
}

}  // namespace

bool HasSplitProducts() { return amx::IsAvailable(); }

SplitProductScratch::SplitProductScratch()
    : rows_(kMaxBlockRows / kGroupRows * NumSteps(kMaxPassDepth) * kStepBytes),
      panel_(NumSteps(kMaxPassDepth) * kStepBytes),
      next_(NumSteps(kMaxPassDepth) * kStepBytes),
      sums_(kGroupRows * kPanelCols) {}

void SplitProductInto(MatrixView<const float> x, const float* panels, const float* bias,
                      std::optional<Activation> activation, SplitProductScratch& scratch,
                      MatrixView<float> y) {
  ZIPFLENS_CHECK(x.cols > 0 && x.rows == y.rows && PanelWidth() == kPanelCols);
  if (y.rows == 0 || y.cols == 0) return;
  const amx::TileScope tiles;
  Place place = FirstPlace(x.rows, x.cols, y.cols);
  std::byte* panel = scratch.panel_.data();
  std::byte* next_panel = scratch.next_.data();
  PanelSplitter(place.Panel(panels), place.PassDepth(), panel).SplitRest();
  for (bool has_next = true; has_next;) {
    if (place.col == 0) SplitBlock(place, x, scratch.rows_.data());
    Place next = place;
    has_next = next.Advance();
    PanelSplitter splitter;
    if (has_next) splitter = PanelSplitter(next.Panel(panels), next.PassDepth(), next_panel);

    const MatrixView<float> target(y.Row(place.row) + place.col, place.BlockRows(),
                                   std::min(kPanelCols, y.cols - place.col), y.stride);
    MultiplyPanel({scratch.rows_.data(), panel, NumSteps(place.PassDepth())},
                  place.k == 0 ? bias + place.col : nullptr, splitter, scratch.sums_.data(),
                  target);
    splitter.SplitRest();
    const bool is_last = place.k + place.PassDepth() == x.cols;
    if (is_last && activation.has_value()) ActivateInPlace(*activation, target);
    place = next;
    std::swap(panel, next_panel);
  }
}

}  // namespace zipflens

#else

namespace zipflens {

bool HasSplitProducts() { return false; }
SplitProductScratch::SplitProductScratch() = default;
void SplitProductInto(MatrixView<const float> /*x*/, const float* /*panels*/, const float* /*bias*/,
                      std::optional<Activation> /*activation*/, SplitProductScratch& /*scratch*/,
                      MatrixView<float> /*y*/) {
  ZIPFLENS_CHECK(HasSplitProducts());
}

}  // namespace zipflens

#endif
