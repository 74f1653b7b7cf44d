#include "zipflens/kernels/products/bfloat16_tile_product.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"
#include "zipflens/kernels/products/amx_tiles.h"
#include "zipflens/kernels/products/bfloat16_tiles.h"

#if defined(__x86_64__)
#include "zipflens/kernels/products/amx_sums.h"

namespace zipflens {
namespace {

using amx::kGroupRows;
using amx::kPanelCols;
static_assert(kPanelCols == kBfloat16PanelCols);

constexpr std::size_t kStepDepth = kBfloat16StepDepth;
constexpr std::size_t kStepBytes = kBfloat16StepBytes;  // of the rows of a group, and of a panel
static_assert(kStepBytes == 2 * amx::kTileBytes);

// The depth of a pass, and the number of rows in a row block: 1 MB, which stays in the second-level
// cache.
constexpr std::size_t kMaxPassDepth = 1024;
constexpr std::size_t kMaxBlockRows = 512;
static_assert(kMaxBlockRows % kGroupRows == 0);

// One depth pass over a row block.
struct Pass {
  std::size_t first_step;
  std::size_t num_steps;
  bool is_first;
  bool is_last;
};

// Rounds x [rows, at most num_steps * kStepDepth] and stores it as [groups, steps, 2 tiles], with
// zeros up to whole steps. Tile rows that x does not have keep their old content, and nobody reads
// their sums.
ZIPFLENS_AVX512 void RoundRows(MatrixView<const float> x, std::size_t num_steps,
                               std::byte* groups) {
  constexpr std::size_t kLanes = kStepDepth / 2;
  for (std::size_t row = 0; row < x.rows; ++row) {
    const float* values = x.Row(row);
    std::byte* rounded =
        groups + row / kGroupRows * num_steps * kStepBytes + row % kGroupRows * amx::kTileRowBytes;
    for (std::size_t k = 0; k < x.cols; k += kStepDepth, rounded += kStepBytes) {
      const std::size_t count = std::min(kStepDepth, x.cols - k);
      const auto lanes = static_cast<unsigned>((std::uint64_t{1} << count) - 1);
      const __m512 low = _mm512_maskz_loadu_ps(static_cast<__mmask16>(lanes), values + k);
      const __m512 high =
          _mm512_maskz_loadu_ps(static_cast<__mmask16>(lanes >> kLanes), values + k + kLanes);
      const __m512bh both = _mm512_cvtne2ps_pbh(high, low);
      _mm512_store_si512(rounded, reinterpret_cast<const __m512i&>(both));
    }
  }
}

// Bytes of a pair of bfloat16 numbers, which one instruction multiplies by a pair and adds.
constexpr std::size_t kPairBytes = 4;

// Loads the pairs of 16 columns.
ZIPFLENS_AVX512 __m512bh LoadPairs(const std::byte* pairs) {
  return *reinterpret_cast<const __m512bh*>(pairs);
}

// Repeats one pair for 16 columns.
ZIPFLENS_AVX512 __m512bh RepeatPair(const std::byte* pair) {
  std::int32_t bits;
  std::memcpy(&bits, pair, sizeof(bits));
  const __m512i repeated = _mm512_set1_epi32(bits);
  return reinterpret_cast<const __m512bh&>(repeated);
}

// The steps of a panel, and what to prefetch meanwhile: `lines` cache lines from `next` on per
// step.
struct PanelSteps {
  const std::byte* tiles;
  const std::byte* next;
  std::size_t lines;
};

// sums [kRowTiles * 16, kPanelCols] = the rows of a group times the panel, on AMX.
template <std::size_t kRowTiles>
void MultiplyTiles(const std::byte* rows, const PanelSteps& panel, std::size_t num_steps,
                   float* sums) {
  const std::byte* tiles = panel.tiles;
  const std::byte* next = panel.next;
  amx::ClearSums<kRowTiles>();
  for (std::size_t step = 0; step < num_steps; ++step) {
    for (std::size_t line = 0; line < panel.lines; ++line, next += amx::kTileRowBytes) {
      __builtin_prefetch(next, /*rw=*/0, /*locality=*/2);
    }
    amx::Load<4>(rows, amx::kTileRowBytes);
    amx::Load<6>(tiles, amx::kTileRowBytes);
    amx::Load<7>(tiles + amx::kTileBytes, amx::kTileRowBytes);
    if constexpr (kRowTiles == 2) amx::Load<5>(rows + amx::kTileBytes, amx::kTileRowBytes);
    rows += kStepBytes;
    tiles += kStepBytes;
    amx::MultiplyLoaded<kRowTiles>();
  }
  amx::StoreSums<kRowTiles>(sums);
}

// Number of rows whose sums are in registers together: 16 of 32 registers, enough to hide the
// latency of an addition.
constexpr std::size_t kStripRows = 8;
static_assert(amx::kTileRows % kStripRows == 0);

// sums [kStripRows, kPanelCols] = some rows of a tile times the panel, by the instruction of
// AVX-512 BF16. A row of the panel's tiles holds two rows of the matrix, interleaved element by
// element, which is the order in which the instruction reads its second operand.
ZIPFLENS_AVX512 void MultiplyStrip(const std::byte* rows, const PanelSteps& panel,
                                   std::size_t num_steps, float* sums) {
  __m512 left[kStripRows];
  __m512 right[kStripRows];
#pragma GCC unroll 8
  for (std::size_t row = 0; row < kStripRows; ++row) left[row] = right[row] = _mm512_setzero_ps();
  const std::byte* tiles = panel.tiles;
  const std::byte* next = panel.next;
  for (std::size_t step = 0; step < num_steps; ++step) {
    for (std::size_t line = 0; line < panel.lines; ++line, next += amx::kTileRowBytes) {
      __builtin_prefetch(next, /*rw=*/0, /*locality=*/2);
    }
    for (std::size_t pair = 0; pair < kStepDepth / 2; ++pair) {
      const std::byte* columns = tiles + pair * amx::kTileRowBytes;
      const auto left_columns = LoadPairs(columns);
      const auto right_columns = LoadPairs(columns + amx::kTileBytes);
#pragma GCC unroll 8
      for (std::size_t row = 0; row < kStripRows; ++row) {
        const auto values = RepeatPair(rows + row * amx::kTileRowBytes + pair * kPairBytes);
        left[row] = _mm512_dpbf16_ps(left[row], values, left_columns);
        right[row] = _mm512_dpbf16_ps(right[row], values, right_columns);
      }
    }
    rows += kStepBytes;
    tiles += kStepBytes;
  }
#pragma GCC unroll 8
  for (std::size_t row = 0; row < kStripRows; ++row, sums += kPanelCols) {
    _mm512_store_ps(sums, left[row]);
    _mm512_store_ps(sums + kPanelCols / 2, right[row]);
  }
}

// sums [count, kPanelCols] = the first rows of a group times the panel.
void MultiplyGroup(const std::byte* rows, std::size_t count, const PanelSteps& panel,
                   std::size_t num_steps, float* sums) {
  if (amx::IsAvailable()) {
    const auto multiply = count > amx::kTileRows ? MultiplyTiles<2> : MultiplyTiles<1>;
    multiply(rows, panel, num_steps, sums);
    return;
  }
  PanelSteps strip = panel;
  for (std::size_t row = 0; row < count; row += kStripRows) {
    const std::size_t tile = row / amx::kTileRows;
    const std::byte* first =
        rows + tile * amx::kTileBytes + row % amx::kTileRows * amx::kTileRowBytes;
    MultiplyStrip(first, strip, num_steps, sums + row * kPanelCols);
    strip.lines = 0;  // once per group
  }
}

// Computes y [rows, at most kPanelCols] for one panel. `bias`: as in amx::PutSums.
void MultiplyPanel(const std::byte* rows, const PanelSteps& panel, std::size_t num_steps,
                   const float* bias, std::optional<Activation> activation, float* sums,
                   MatrixView<float> y) {
  PanelSteps steps = panel;
  for (std::size_t row = 0; row < y.rows; row += kGroupRows) {
    const std::size_t count = std::min(kGroupRows, y.rows - row);
    MultiplyGroup(rows + row / kGroupRows * num_steps * kStepBytes, count, steps, num_steps, sums);
    steps.next += steps.lines * num_steps * amx::kTileRowBytes;
    const MatrixView<float> target(y.Row(row), count, y.cols, y.stride);
    amx::PutSums(sums, bias, target);
    if (activation.has_value()) ActivateInPlace(*activation, target);
  }
}

// Adds one depth pass of all panels to y [rows, cols].
void MultiplyPass(const Pass& pass, const std::byte* rows, const std::byte* tiles,
                  std::size_t panel_steps, const float* bias, std::optional<Activation> activation,
                  float* sums, MatrixView<float> y) {
  constexpr std::size_t kStepLines = kStepBytes / amx::kTileRowBytes;
  const std::size_t num_groups = (y.rows + kGroupRows - 1) / kGroupRows;
  for (std::size_t col = 0; col < y.cols; col += kPanelCols) {
    const std::byte* panel =
        tiles + (col / kPanelCols * panel_steps + pass.first_step) * kStepBytes;
    const PanelSteps steps = {panel, panel + panel_steps * kStepBytes,
                              (kStepLines + num_groups - 1) / num_groups};
    const std::size_t cols = std::min(kPanelCols, y.cols - col);
    MultiplyPanel(rows, steps, pass.num_steps, pass.is_first ? bias + col : nullptr,
                  pass.is_last ? activation : std::nullopt, sums,
                  {y.data + col, y.rows, cols, y.stride});
  }
}

}  // namespace

bool HasBfloat16Products() { return HasAvx512Bfloat16(); }

Bfloat16TileScratch::Bfloat16TileScratch()
    : rows_(kMaxBlockRows / kGroupRows * NumBfloat16Steps(kMaxPassDepth) * kStepBytes),
      sums_(kGroupRows * kPanelCols) {}

void Bfloat16TileProductInto(MatrixView<const float> x, const std::byte* tiles, const float* bias,
                             std::optional<Activation> activation, Bfloat16TileScratch& scratch,
                             MatrixView<float> y) {
  ZIPFLENS_CHECK(x.cols > 0 && x.rows == y.rows && HasBfloat16Products());
  std::optional<amx::TileScope> tiles_in_use;
  if (amx::IsAvailable()) tiles_in_use.emplace();
  const std::size_t num_steps = NumBfloat16Steps(x.cols);
  const std::size_t num_passes = (x.cols + kMaxPassDepth - 1) / kMaxPassDepth;
  const std::size_t pass_steps = (num_steps + num_passes - 1) / num_passes;
  for (std::size_t first = 0; first < x.rows; first += kMaxBlockRows) {
    const std::size_t rows = std::min(kMaxBlockRows, x.rows - first);
    for (std::size_t step = 0; step < num_steps; step += pass_steps) {
      const std::size_t count = std::min(pass_steps, num_steps - step);
      const std::size_t k = step * kStepDepth;
      const std::size_t depth = std::min(count * kStepDepth, x.cols - k);
      RoundRows({x.Row(first) + k, rows, depth, x.stride}, count, scratch.rows_.data());
      MultiplyPass({step, count, step == 0, step + count == num_steps}, scratch.rows_.data(), tiles,
                   num_steps, bias, activation, scratch.sums_.data(),
                   {y.Row(first), rows, y.cols, y.stride});
    }
  }
}

}  // namespace zipflens

#else

namespace zipflens {

bool HasBfloat16Products() { return false; }
Bfloat16TileScratch::Bfloat16TileScratch() = default;
void Bfloat16TileProductInto(MatrixView<const float> /*x*/, const std::byte* /*tiles*/,
                             const float* /*bias*/, std::optional<Activation> /*activation*/,
                             Bfloat16TileScratch& /*scratch*/, MatrixView<float> /*y*/) {
  ZIPFLENS_CHECK(HasBfloat16Products());
}

}  // namespace zipflens

#endif
