#include "zipflens/kernels/pair_matrix_sums.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/pair_matrix_sums.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef ZIPFLENS_PAIR_MATRIX_ARRAYS
#define ZIPFLENS_PAIR_MATRIX_ARRAYS
namespace zipflens {

// Rows of a panel: with three sums of 16 columns it stays in the first-level cache.
inline constexpr std::size_t kPanelRows = 64;

// What one run over all columns reads and writes.
struct PairMatrixArrays {
  const float* scores;
  std::size_t stride;
  std::size_t num_keys;  // S
  const std::uint32_t* queries;
  std::size_t num_queries;  // m
  const double* weights;
  const double* centres;
  const double* offsets;
  const double* distances;
  std::size_t num_panels;
  const std::uint32_t* begins;
  const PairLookups::Place* places;
  float* last;
  double* panel;
  double* edges;
  double* key_sums;
  double* key_squares;
  double* key_weighted;
  double* key_distances;
};

}  // namespace zipflens
#endif

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, 8>;

// Columns of two vectors, so that all running sums of a block stay in registers.
std::size_t BlockWidth() { return 2 * hn::Lanes(Tag()); }

void AddRows(const float* scores, std::size_t stride, std::size_t size,
             const double* HWY_RESTRICT takes_part, double* HWY_RESTRICT row_sums) {
  const Tag d;
  const hn::Rebind<float, Tag> d_float;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < size; ++i) {
    const float* HWY_RESTRICT row = scores + i * stride;
    auto sum0 = hn::Zero(d);
    auto sum1 = sum0;
    std::size_t j = 0;
    for (; j + 2 * lanes <= size; j += 2 * lanes) {
      sum0 = hn::MulAdd(hn::PromoteTo(d, hn::LoadU(d_float, row + j)), hn::LoadU(d, takes_part + j),
                        sum0);
      sum1 = hn::MulAdd(hn::PromoteTo(d, hn::LoadU(d_float, row + j + lanes)),
                        hn::LoadU(d, takes_part + j + lanes), sum1);
    }
    double total = hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1)));
    for (; j < size; ++j) total += static_cast<double>(row[j]) * takes_part[j];
    row_sums[i] = total;
  }
}

// Adds what a panel's running sums say in front of the edges that lie in it.
HWY_INLINE void AddPlaces(const PairMatrixArrays& a, std::size_t panel, std::size_t width) {
  for (std::uint32_t k = a.begins[panel]; k < a.begins[panel + 1]; ++k) {
    const PairLookups::Place place = a.places[k];
    const double* HWY_RESTRICT cell = a.panel + place.cell;
    double* HWY_RESTRICT edge = a.edges + std::size_t{3} * place.edge;
    edge[0] += cell[0];
    edge[1] += cell[width];
    edge[2] += cell[2 * width];
  }
}

// A block of columns; its first score of row i lies at base + i * stride.
HWY_INLINE void SumBlock(const PairMatrixArrays& a, std::size_t block,
                         const float* HWY_RESTRICT base, std::size_t stride) {
  // Rows are visited out of order, one cache line of each: no hardware foresees the next one.
  constexpr std::size_t kAhead = 12;
  const Tag d;
  const hn::Rebind<float, Tag> d_float;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t width = 2 * lanes;
  const std::size_t column = block * width;
  const std::uint32_t* HWY_RESTRICT queries = a.queries;
  const double* HWY_RESTRICT centres = a.centres;
  const double* HWY_RESTRICT offsets = a.offsets;
  const double* HWY_RESTRICT weights = a.weights;
  const double* HWY_RESTRICT distances = a.distances + (a.num_keys - 1) + column;
  const std::size_t last_query = a.num_queries - 1;
  auto sum0 = hn::Zero(d);
  auto sum1 = sum0;
  auto square0 = sum0;
  auto square1 = sum0;
  auto offset0 = sum0;
  auto offset1 = sum0;
  auto weighted0 = sum0;
  auto weighted1 = sum0;
  auto distance0 = sum0;
  auto distance1 = sum0;
  for (std::size_t panel = 0; panel < a.num_panels; ++panel) {
    const std::size_t first = panel * kPanelRows;
    const std::size_t end = first + kPanelRows < a.num_queries ? first + kPanelRows : a.num_queries;
    double* HWY_RESTRICT running = a.panel;
    for (std::size_t i = first; i < end; ++i) {
      hwy::Prefetch(base + queries[i + kAhead < last_query ? i + kAhead : last_query] * stride);
      const std::size_t query = queries[i];
      const float* HWY_RESTRICT row = base + query * stride;
      const double* HWY_RESTRICT apart = distances - query;
      const auto centre = hn::Set(d, centres[i]);
      const auto x0 = hn::Sub(hn::PromoteTo(d, hn::LoadU(d_float, row)), centre);
      const auto x1 = hn::Sub(hn::PromoteTo(d, hn::LoadU(d_float, row + lanes)), centre);
      sum0 = hn::Add(sum0, x0);
      sum1 = hn::Add(sum1, x1);
      square0 = hn::MulAdd(x0, x0, square0);
      square1 = hn::MulAdd(x1, x1, square1);
      const auto offset = hn::Set(d, offsets[i]);
      offset0 = hn::MulAdd(x0, offset, offset0);
      offset1 = hn::MulAdd(x1, offset, offset1);
      const auto weight = hn::Set(d, weights[i]);
      weighted0 = hn::MulAdd(x0, weight, weighted0);
      weighted1 = hn::MulAdd(x1, weight, weighted1);
      distance0 = hn::MulAdd(x0, hn::LoadU(d, apart), distance0);
      distance1 = hn::MulAdd(x1, hn::LoadU(d, apart + lanes), distance1);
      hn::Store(sum0, d, running);
      hn::Store(sum1, d, running + lanes);
      hn::Store(square0, d, running + width);
      hn::Store(square1, d, running + width + lanes);
      hn::Store(offset0, d, running + 2 * width);
      hn::Store(offset1, d, running + 2 * width + lanes);
      running += 3 * width;
    }
    AddPlaces(a, block * a.num_panels + panel, width);
  }
  hn::StoreU(sum0, d, a.key_sums + column);
  hn::StoreU(sum1, d, a.key_sums + column + lanes);
  hn::StoreU(square0, d, a.key_squares + column);
  hn::StoreU(square1, d, a.key_squares + column + lanes);
  hn::StoreU(weighted0, d, a.key_weighted + column);
  hn::StoreU(weighted1, d, a.key_weighted + column + lanes);
  hn::StoreU(distance0, d, a.key_distances + column);
  hn::StoreU(distance1, d, a.key_distances + column + lanes);
}

void SumMatrix(const PairMatrixArrays& a) {
  const std::size_t width = BlockWidth();
  std::size_t block = 0;
  for (; (block + 1) * width <= a.num_keys; ++block) {
    SumBlock(a, block, a.scores + block * width, a.stride);
  }
  const std::size_t column = block * width;
  if (column == a.num_keys) return;
  for (std::size_t row = 0; row < a.num_keys; ++row) {
    for (std::size_t j = 0; j < width; ++j) {
      a.last[row * width + j] =
          column + j < a.num_keys ? a.scores[row * a.stride + column + j] : 0.0F;
    }
  }
  SumBlock(a, block, a.last, width);
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cmath>

#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(AddRows);
HWY_EXPORT(SumMatrix);
HWY_EXPORT(BlockWidth);

namespace {

constexpr std::size_t kMaxBlock = 16;  // columns

void CheckPlan(MatrixView<const float> scores, const PairMatrixPlan& plan) {
  const std::size_t padded = PaddedKeys(scores.cols);
  ZIPFLENS_CHECK(scores.rows == scores.cols && plan.takes_part.size() == padded);
  ZIPFLENS_CHECK(plan.query_weights.size() == plan.queries.size());
  ZIPFLENS_CHECK(plan.lookups != nullptr);
}

template <typename T>
T* AtLeast(AlignedBuffer<T>& buffer, std::size_t size) {
  if (buffer.size() < size) buffer = AlignedBuffer<T>(size);
  return buffer.data();
}

}  // namespace

PairLookups::PairLookups(std::span<const std::uint32_t> queries_before, std::size_t num_edges,
                         std::size_t num_keys, std::size_t num_queries)
    : num_edges_(num_edges), num_panels_((num_queries + kPanelRows - 1) / kPanelRows) {
  ZIPFLENS_CHECK(queries_before.size() == num_edges * num_keys && num_edges <= 65'536);
  ApplyInstructionSetLimit();
  const std::size_t width = HWY_DYNAMIC_DISPATCH(BlockWidth)();
  const std::size_t num_blocks = (num_keys + width - 1) / width;
  begins_.assign(num_blocks * num_panels_ + 1, 0);
  // The running sums of a query include its own score; in front of all queries they are zero.
  const auto for_each = [&](const auto& body) {
    for (std::size_t key = 0; key < num_keys; ++key) {
      const std::uint32_t* before = queries_before.data() + key * num_edges;
      const std::size_t first_panel = key / width * num_panels_;
      const std::size_t lane = key % width;
      for (std::size_t edge = 0; edge < num_edges; ++edge) {
        if (before[edge] == 0) continue;
        const std::size_t row = before[edge] - 1;
        body(first_panel + row / kPanelRows,
             Place{static_cast<std::uint16_t>(row % kPanelRows * 3 * width + lane),
                   static_cast<std::uint16_t>(edge)});
      }
    }
  };
  for (const std::uint32_t before : queries_before) ZIPFLENS_CHECK(before <= num_queries);
  for_each([&](std::size_t panel, Place) { ++begins_[panel + 1]; });
  for (std::size_t panel = 1; panel < begins_.size(); ++panel) begins_[panel] += begins_[panel - 1];
  places_.resize(begins_.back());
  std::vector<std::uint32_t> next(begins_.begin(), begins_.end() - 1);
  for_each([&](std::size_t panel, Place place) { places_[next[panel]++] = place; });
}

void PairMatrixSummer::RowSumsInto(MatrixView<const float> scores, const PairMatrixPlan& plan,
                                   std::span<double> row_sums) {
  CheckPlan(scores, plan);
  ZIPFLENS_CHECK(row_sums.size() == scores.rows);
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(AddRows)
  (scores.data, scores.stride, scores.cols, plan.takes_part.data(), row_sums.data());
}

void PairMatrixSummer::Sum(MatrixView<const float> scores, const PairMatrixPlan& plan,
                           std::span<const double> centres, std::span<const double> offsets,
                           const PairKeySums& by_key, const PairEdgeSums& by_edge) {
  CheckPlan(scores, plan);
  const std::size_t padded = PaddedKeys(scores.cols);
  const std::size_t num_edges = plan.lookups->num_edges();
  ZIPFLENS_CHECK(centres.size() == plan.queries.size() && offsets.size() == plan.queries.size());
  ZIPFLENS_CHECK(by_key.sums.size() == padded && by_key.squares.size() == padded &&
                 by_key.weighted_sums.size() == padded && by_key.distance_sums.size() == padded);
  ZIPFLENS_CHECK(by_edge.sums.size() == num_edges && by_edge.squares.size() == num_edges &&
                 by_edge.offset_sums.size() == num_edges);
  const std::size_t num_distances = scores.cols + padded;
  if (distances_.size() != num_distances) {
    distances_ = AlignedBuffer<double>(num_distances);
    for (std::size_t t = 0; t < num_distances; ++t) {
      distances_[t] = std::abs(static_cast<double>(t) - (static_cast<double>(scores.cols) - 1));
    }
  }
  const PairMatrixArrays arrays = {
      .scores = scores.data,
      .stride = scores.stride,
      .num_keys = scores.cols,
      .queries = plan.queries.data(),
      .num_queries = plan.queries.size(),
      .weights = plan.query_weights.data(),
      .centres = centres.data(),
      .offsets = offsets.data(),
      .distances = distances_.data(),
      .num_panels = plan.lookups->num_panels(),
      .begins = plan.lookups->begins().data(),
      .places = plan.lookups->places().data(),
      .last = AtLeast(last_, scores.rows * kMaxBlock),
      .panel = AtLeast(panel_, kPanelRows * 3 * kMaxBlock),
      .edges = AtLeast(edges_, 3 * num_edges),
      .key_sums = by_key.sums.data(),
      .key_squares = by_key.squares.data(),
      .key_weighted = by_key.weighted_sums.data(),
      .key_distances = by_key.distance_sums.data(),
  };
  std::ranges::fill(edges_.span(), 0.0);
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(SumMatrix)(arrays);
  for (std::size_t edge = 0; edge < num_edges; ++edge) {
    by_edge.sums[edge] = edges_[3 * edge];
    by_edge.squares[edge] = edges_[3 * edge + 1];
    by_edge.offset_sums[edge] = edges_[3 * edge + 2];
  }
}

namespace reference {

void RowSumsInto(MatrixView<const float> scores, const PairMatrixPlan& plan,
                 std::span<double> row_sums) {
  for (std::size_t i = 0; i < scores.rows; ++i) {
    row_sums[i] = 0;
    for (std::size_t j = 0; j < scores.cols; ++j) {
      if (plan.takes_part[j] != 0) row_sums[i] += scores(i, j);
    }
  }
}

void SumPairMatrix(MatrixView<const float> scores, const PairMatrixPlan& plan,
                   std::span<const std::uint32_t> queries_before, std::span<const double> centres,
                   std::span<const double> offsets, const PairKeySums& by_key,
                   const PairEdgeSums& by_edge) {
  for (const auto& sums : {by_key.sums, by_key.squares, by_key.weighted_sums, by_key.distance_sums,
                           by_edge.sums, by_edge.squares, by_edge.offset_sums}) {
    std::ranges::fill(sums, 0.0);
  }
  for (std::size_t i = 0; i < plan.queries.size(); ++i) {
    for (std::size_t j = 0; j < scores.cols; ++j) {
      const double x = scores(plan.queries[i], j) - centres[i];
      by_key.sums[j] += x;
      by_key.squares[j] += x * x;
      by_key.weighted_sums[j] += plan.query_weights[i] * x;
      by_key.distance_sums[j] +=
          std::abs(static_cast<double>(plan.queries[i]) - static_cast<double>(j)) * x;
      for (std::size_t edge = 0; edge < by_edge.sums.size(); ++edge) {
        if (i >= queries_before[j * by_edge.sums.size() + edge]) continue;
        by_edge.sums[edge] += x;
        by_edge.squares[edge] += x * x;
        by_edge.offset_sums[edge] += offsets[i] * x;
      }
    }
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
