#include "zipflens/kernels/pair_matrix_sums.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/pair_matrix_sums.cc"
#include "hwy/foreach_target.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"

#ifndef ZIPFLENS_PAIR_MATRIX_ARRAYS
#define ZIPFLENS_PAIR_MATRIX_ARRAYS
namespace zipflens {

// What one run over all columns reads and writes.
struct PairMatrixArrays {
  const float* scores;
  std::size_t stride;
  std::size_t num_keys;     // S
  std::size_t padded_keys;  // PaddedKeys(S)
  const std::uint32_t* queries;
  std::size_t num_queries;  // m
  const double* weights;
  const double* centres;
  const double* offsets;
  const std::uint32_t* group_ends;
  std::size_t num_groups;
  const std::int32_t* groups_before;
  std::size_t num_edges;
  const double* distances;
  float* last;
  double* running;
  double* edges;
  double* key_sums;
  double* key_squares;
  double* key_weighted;
  double* key_distances;
  double* edge_sums;
  double* edge_squares;
  double* edge_offsets;
};

}  // namespace zipflens
#endif

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, 8>;

// Columns of two vectors, so that all running sums of a block stay in registers.
HWY_INLINE std::size_t BlockWidth() { return 2 * hn::Lanes(Tag()); }

void AddRows(const float* scores, std::size_t stride, std::size_t num_keys,
             const std::uint32_t* queries, std::size_t num_queries,
             const double* HWY_RESTRICT takes_part, double* HWY_RESTRICT row_sums) {
  const Tag d;
  const hn::Rebind<float, Tag> d_float;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < num_queries; ++i) {
    const float* HWY_RESTRICT row = scores + queries[i] * stride;
    auto sum0 = hn::Zero(d);
    auto sum1 = sum0;
    std::size_t j = 0;
    for (; j + 2 * lanes <= num_keys; j += 2 * lanes) {
      sum0 = hn::MulAdd(hn::PromoteTo(d, hn::LoadU(d_float, row + j)), hn::LoadU(d, takes_part + j),
                        sum0);
      sum1 = hn::MulAdd(hn::PromoteTo(d, hn::LoadU(d_float, row + j + lanes)),
                        hn::LoadU(d, takes_part + j + lanes), sum1);
    }
    double total = hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1)));
    for (; j < num_keys; ++j) total += static_cast<double>(row[j]) * takes_part[j];
    row_sums[i] = total;
  }
}

// Adds what lies in front of each edge, for the columns of a block from `column` on.
HWY_INLINE void LookUpEdges(const PairMatrixArrays& a, std::size_t column) {
  const Tag d;
  const hn::RebindToSigned<Tag> d_place;
  const hn::Rebind<std::int32_t, Tag> d_group;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t width = 2 * lanes;
  const std::size_t plane = (a.num_groups + 1) * width;
  const int shift = lanes == 8 ? 4 : lanes == 4 ? 3 : lanes == 2 ? 2 : 1;  // times the width
  for (std::size_t half = 0; half < width; half += lanes) {
    const auto lane = hn::Iota(d_place, static_cast<std::int64_t>(half));
    for (std::size_t edge = 0; edge < a.num_edges; ++edge) {
      const auto groups =
          hn::LoadU(d_group, a.groups_before + edge * a.padded_keys + column + half);
      const auto place = hn::Add(hn::ShiftLeftSame(hn::PromoteTo(d_place, groups), shift), lane);
      double* HWY_RESTRICT cell = a.edges + edge * 3 * lanes;
      for (std::size_t sum = 0; sum < 3; ++sum) {
        const auto found = hn::GatherIndex(d, a.running + sum * plane, place);
        hn::StoreU(hn::Add(hn::LoadU(d, cell + sum * lanes), found), d, cell + sum * lanes);
      }
    }
  }
}

// A block of columns from `column` on; scores(i, column) lies at base + i * stride.
HWY_INLINE void SumBlock(const PairMatrixArrays& a, std::size_t column,
                         const float* HWY_RESTRICT base, std::size_t stride) {
  // Rows are visited out of order, one cache line of each: no hardware foresees the next one.
  constexpr std::size_t kAhead = 12;
  const Tag d;
  const hn::Rebind<float, Tag> d_float;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t width = 2 * lanes;
  double* HWY_RESTRICT sums = a.running;
  double* HWY_RESTRICT squares = sums + (a.num_groups + 1) * width;
  double* HWY_RESTRICT offset_sums = squares + (a.num_groups + 1) * width;
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
  std::size_t i = 0;
  for (std::size_t group = 0; group <= a.num_groups; ++group) {
    hn::StoreU(sum0, d, sums + group * width);
    hn::StoreU(sum1, d, sums + group * width + lanes);
    hn::StoreU(square0, d, squares + group * width);
    hn::StoreU(square1, d, squares + group * width + lanes);
    hn::StoreU(offset0, d, offset_sums + group * width);
    hn::StoreU(offset1, d, offset_sums + group * width + lanes);
    const std::size_t end = group < a.num_groups ? a.group_ends[group] : i;
    for (; i < end; ++i) {
      const std::size_t ahead = i + kAhead < a.num_queries ? i + kAhead : i;
      hwy::Prefetch(base + a.queries[ahead] * stride);
      const std::size_t query = a.queries[i];
      const float* HWY_RESTRICT row = base + query * stride;
      const double* HWY_RESTRICT apart = a.distances + (a.num_keys - 1 - query) + column;
      const auto centre = hn::Set(d, a.centres[i]);
      const auto x0 = hn::Sub(hn::PromoteTo(d, hn::LoadU(d_float, row)), centre);
      const auto x1 = hn::Sub(hn::PromoteTo(d, hn::LoadU(d_float, row + lanes)), centre);
      sum0 = hn::Add(sum0, x0);
      sum1 = hn::Add(sum1, x1);
      square0 = hn::MulAdd(x0, x0, square0);
      square1 = hn::MulAdd(x1, x1, square1);
      const auto offset = hn::Set(d, a.offsets[i]);
      offset0 = hn::MulAdd(x0, offset, offset0);
      offset1 = hn::MulAdd(x1, offset, offset1);
      const auto weight = hn::Set(d, a.weights[i]);
      weighted0 = hn::MulAdd(x0, weight, weighted0);
      weighted1 = hn::MulAdd(x1, weight, weighted1);
      distance0 = hn::MulAdd(x0, hn::LoadU(d, apart), distance0);
      distance1 = hn::MulAdd(x1, hn::LoadU(d, apart + lanes), distance1);
    }
  }
  hn::StoreU(sum0, d, a.key_sums + column);
  hn::StoreU(sum1, d, a.key_sums + column + lanes);
  hn::StoreU(square0, d, a.key_squares + column);
  hn::StoreU(square1, d, a.key_squares + column + lanes);
  hn::StoreU(weighted0, d, a.key_weighted + column);
  hn::StoreU(weighted1, d, a.key_weighted + column + lanes);
  hn::StoreU(distance0, d, a.key_distances + column);
  hn::StoreU(distance1, d, a.key_distances + column + lanes);
  LookUpEdges(a, column);
}

void SumMatrix(const PairMatrixArrays& a) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t width = BlockWidth();
  for (std::size_t cell = 0; cell < a.num_edges * 3 * lanes; ++cell) a.edges[cell] = 0.0;
  std::size_t column = 0;
  for (; column + width <= a.num_keys; column += width) {
    SumBlock(a, column, a.scores + column, a.stride);
  }
  if (column < a.num_keys) {
    for (std::size_t row = 0; row < a.num_keys; ++row) {
      for (std::size_t j = 0; j < width; ++j) {
        a.last[row * width + j] =
            column + j < a.num_keys ? a.scores[row * a.stride + column + j] : 0.0F;
      }
    }
    SumBlock(a, column, a.last, width);
  }
  for (std::size_t edge = 0; edge < a.num_edges; ++edge) {
    const double* cell = a.edges + edge * 3 * lanes;
    a.edge_sums[edge] = hn::GetLane(hn::SumOfLanes(d, hn::LoadU(d, cell)));
    a.edge_squares[edge] = hn::GetLane(hn::SumOfLanes(d, hn::LoadU(d, cell + lanes)));
    a.edge_offsets[edge] = hn::GetLane(hn::SumOfLanes(d, hn::LoadU(d, cell + 2 * lanes)));
  }
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

namespace {

constexpr std::size_t kMaxBlock = 16;  // columns

void CheckPlan(MatrixView<const float> scores, const PairMatrixPlan& plan) {
  const std::size_t padded = PaddedKeys(scores.cols);
  ZIPFLENS_CHECK(scores.rows == scores.cols && plan.takes_part.size() == padded);
  ZIPFLENS_CHECK(plan.query_weights.size() == plan.queries.size());
  ZIPFLENS_CHECK(plan.groups_before.size() == plan.num_edges * padded);
  const std::size_t end = plan.group_ends.empty() ? 0 : plan.group_ends.back();
  ZIPFLENS_CHECK(end == plan.queries.size());
}

template <typename T>
T* AtLeast(AlignedBuffer<T>& buffer, std::size_t size) {
  if (buffer.size() < size) buffer = AlignedBuffer<T>(size);
  return buffer.data();
}

}  // namespace

void PairMatrixSummer::RowSumsInto(MatrixView<const float> scores, const PairMatrixPlan& plan,
                                   std::span<double> row_sums) {
  CheckPlan(scores, plan);
  ZIPFLENS_CHECK(row_sums.size() == plan.queries.size());
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(AddRows)
  (scores.data, scores.stride, scores.cols, plan.queries.data(), plan.queries.size(),
   plan.takes_part.data(), row_sums.data());
}

void PairMatrixSummer::Sum(MatrixView<const float> scores, const PairMatrixPlan& plan,
                           std::span<const double> centres, std::span<const double> offsets,
                           const PairKeySums& by_key, const PairEdgeSums& by_edge) {
  CheckPlan(scores, plan);
  const std::size_t padded = PaddedKeys(scores.cols);
  ZIPFLENS_CHECK(centres.size() == plan.queries.size() && offsets.size() == plan.queries.size());
  ZIPFLENS_CHECK(by_key.sums.size() == padded && by_key.squares.size() == padded &&
                 by_key.weighted_sums.size() == padded && by_key.distance_sums.size() == padded);
  ZIPFLENS_CHECK(by_edge.sums.size() == plan.num_edges &&
                 by_edge.squares.size() == plan.num_edges &&
                 by_edge.offset_sums.size() == plan.num_edges);
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
      .padded_keys = padded,
      .queries = plan.queries.data(),
      .num_queries = plan.queries.size(),
      .weights = plan.query_weights.data(),
      .centres = centres.data(),
      .offsets = offsets.data(),
      .group_ends = plan.group_ends.data(),
      .num_groups = plan.group_ends.size(),
      .groups_before = plan.groups_before.data(),
      .num_edges = plan.num_edges,
      .distances = distances_.data(),
      .last = AtLeast(last_, scores.rows * kMaxBlock),
      .running = AtLeast(running_, 3 * (plan.group_ends.size() + 1) * kMaxBlock),
      .edges = AtLeast(edges_, plan.num_edges * 3 * kMaxBlock),
      .key_sums = by_key.sums.data(),
      .key_squares = by_key.squares.data(),
      .key_weighted = by_key.weighted_sums.data(),
      .key_distances = by_key.distance_sums.data(),
      .edge_sums = by_edge.sums.data(),
      .edge_squares = by_edge.squares.data(),
      .edge_offsets = by_edge.offset_sums.data(),
  };
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(SumMatrix)(arrays);
}

namespace reference {

void RowSumsInto(MatrixView<const float> scores, const PairMatrixPlan& plan,
                 std::span<double> row_sums) {
  for (std::size_t i = 0; i < plan.queries.size(); ++i) {
    row_sums[i] = 0;
    for (std::size_t j = 0; j < scores.cols; ++j) {
      if (plan.takes_part[j] != 0) row_sums[i] += scores(plan.queries[i], j);
    }
  }
}

void SumPairMatrix(MatrixView<const float> scores, const PairMatrixPlan& plan,
                   std::span<const double> centres, std::span<const double> offsets,
                   const PairKeySums& by_key, const PairEdgeSums& by_edge) {
  const std::size_t padded = PaddedKeys(scores.cols);
  for (const auto& sums : {by_key.sums, by_key.squares, by_key.weighted_sums, by_key.distance_sums,
                           by_edge.sums, by_edge.squares, by_edge.offset_sums}) {
    std::ranges::fill(sums, 0.0);
  }
  std::size_t group = 0;
  for (std::size_t i = 0; i < plan.queries.size(); ++i) {
    while (i >= plan.group_ends[group]) ++group;
    for (std::size_t j = 0; j < scores.cols; ++j) {
      const double x = scores(plan.queries[i], j) - centres[i];
      by_key.sums[j] += x;
      by_key.squares[j] += x * x;
      by_key.weighted_sums[j] += plan.query_weights[i] * x;
      by_key.distance_sums[j] +=
          std::abs(static_cast<double>(plan.queries[i]) - static_cast<double>(j)) * x;
      for (std::size_t edge = 0; edge < plan.num_edges; ++edge) {
        if (static_cast<std::size_t>(plan.groups_before[edge * padded + j]) <= group) continue;
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
