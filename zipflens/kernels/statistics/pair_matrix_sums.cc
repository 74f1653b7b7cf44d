#include "zipflens/kernels/statistics/pair_matrix_sums.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/statistics/pair_matrix_sums.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "zipflens/base/numbers.h"

#ifndef ZIPFLENS_PAIR_STRIP
#define ZIPFLENS_PAIR_STRIP
namespace zipflens {

inline constexpr std::size_t kMaxBlock = 16;  // columns

// any: kMaxBlock, kMaxBlock - 1, ..., 1 - kMaxBlock. before: the same, but at least 0.
struct LaneDistances {
  double any[2 * kMaxBlock];
  double before[2 * kMaxBlock];
};
constexpr LaneDistances MakeLaneDistances() {
  LaneDistances distances = {};
  for (std::size_t k = 0; k < 2 * kMaxBlock; ++k) {
    distances.any[k] = Real(kMaxBlock) - Real(k);
    distances.before[k] = k < kMaxBlock ? distances.any[k] : 0.0;
  }
  return distances;
}
inline constexpr LaneDistances kLaneDistances = MakeLaneDistances();

// The inputs and outputs of the pass over one strip of rows.
struct PairStrip {
  const float* const* rows;      // [num_rows]
  const std::uint32_t* queries;  // [num_rows]
  std::size_t num_rows;
  std::size_t num_keys;      // S
  double num_participants;   // m
  const double* takes_part;  // null if all keys take part
  const double* key_weights;
  const std::uint8_t* kept_rows;  // [num_kept_rows]
  const double* weight_steps;     // [num_kept_rows]
  std::size_t num_kept_rows;
  const std::uint32_t* begins;
  const PairLookups::Place* places;
  bool starts;  // whether this is the first strip of a matrix
  double* pivot;
  double* row_means;  // [num_rows]
  double* key_state;
  double* edge_state;
  double* totals;  // [2, kMaxBlock]: weighted sums, and sums of distances
};

}  // namespace zipflens
#endif

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, 8>;
using Vector = hn::Vec<Tag>;

// The columns of two vectors are a column block, all of whose running sums stay in registers.
HWY_INLINE std::size_t BlockColumns() { return 2 * hn::Lanes(Tag()); }
std::size_t BlockWidth() { return BlockColumns(); }

HWY_INLINE Vector LoadScores(const float* scores) {
  const Tag d;
  return hn::PromoteTo(d, hn::LoadU(hn::Rebind<float, Tag>(), scores));
}

// A column block of scores, or of totals along a row.
struct Columns {
  Vector left, right;
};

// The column block of scores at `scores`, whose first column is j; zero for keys that do not take
// part.
template <bool kAllTakePart>
HWY_INLINE Columns LoadColumns(const PairStrip& strip, const float* scores, std::size_t j) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  Columns z = {LoadScores(scores), LoadScores(scores + lanes)};
  if constexpr (!kAllTakePart) {
    z.left = hn::Mul(z.left, hn::LoadU(d, strip.takes_part + j));
    z.right = hn::Mul(z.right, hn::LoadU(d, strip.takes_part + j + lanes));
  }
  return z;
}

HWY_INLINE void AddColumns(const Columns& z, Columns& totals) {
  totals.left = hn::Add(totals.left, z.left);
  totals.right = hn::Add(totals.right, z.right);
}

// Computes the row's mean, and adds the row to the sum of distances. `tail`: the row's scores from
// `tail_column` on, padded to a column block.
//
// For the distance |i - j| only the keys before the query are summed, in units of column blocks.
// Totals that run up to the query's block are added up from block to block, so a score is counted
// once for each block from its own to the one before the query's. The rest of its distance depends
// on its lane alone.
template <bool kAllTakePart>
HWY_INLINE void SumRow(const PairStrip& strip, std::size_t row_idx, const float* tail,
                       std::size_t tail_column) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t width = BlockColumns();
  const float* HWY_RESTRICT row = strip.rows[row_idx];
  const std::size_t query = strip.queries[row_idx];
  const std::size_t in_block = query % width;
  const std::size_t query_column = query - in_block;
  const Vector zero = hn::Zero(d);
  Columns totals = {zero, zero};
  Columns blocks = {zero, zero};
  std::size_t j = 0;
  for (; j < query_column; j += width) {
    AddColumns(LoadColumns<kAllTakePart>(strip, row + j, j), totals);
    AddColumns(totals, blocks);
  }
  const Columns z = LoadColumns<kAllTakePart>(strip, j == tail_column ? tail : row + j, j);
  // From these pointers on: the query's lane minus the lane, and the same but at least 0.
  const double* HWY_RESTRICT lane_distances = kLaneDistances.any + kMaxBlock - in_block;
  const double* HWY_RESTRICT lanes_before = kLaneDistances.before + kMaxBlock - in_block;
  const Vector block_width = hn::Set(d, Real(width));
  Vector distance = hn::Load(d, strip.totals + kMaxBlock);
  distance = hn::MulAdd(hn::Add(blocks.left, blocks.right), block_width, distance);
  distance = hn::MulAdd(totals.left, hn::LoadU(d, lane_distances), distance);
  distance = hn::MulAdd(totals.right, hn::LoadU(d, lane_distances + lanes), distance);
  distance = hn::MulAdd(z.left, hn::LoadU(d, lanes_before), distance);
  distance = hn::MulAdd(z.right, hn::LoadU(d, lanes_before + lanes), distance);
  hn::Store(distance, d, strip.totals + kMaxBlock);
  AddColumns(z, totals);
  for (j += width; j < tail_column; j += width) {
    AddColumns(LoadColumns<kAllTakePart>(strip, row + j, j), totals);
  }
  if (j < strip.num_keys) AddColumns(LoadColumns<kAllTakePart>(strip, tail, j), totals);
  const double total = hn::GetLane(hn::SumOfLanes(d, hn::Add(totals.left, totals.right)));
  strip.row_means[row_idx] = total / strip.num_participants;
}

// Running sums down two vectors of columns.
struct Running {
  Vector sum0, sum1;
  Vector square0, square1;
  Vector offset0, offset1;
};

HWY_INLINE Running LoadRunning(const double* HWY_RESTRICT from) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  return {hn::Load(d, from),
          hn::Load(d, from + lanes),
          hn::Load(d, from + 2 * lanes),
          hn::Load(d, from + 3 * lanes),
          hn::Load(d, from + 4 * lanes),
          hn::Load(d, from + 5 * lanes)};
}

HWY_INLINE void StoreRunning(const Running& running, double* HWY_RESTRICT to) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  hn::Store(running.sum0, d, to);
  hn::Store(running.sum1, d, to + lanes);
  hn::Store(running.square0, d, to + 2 * lanes);
  hn::Store(running.square1, d, to + 3 * lanes);
  hn::Store(running.offset0, d, to + 4 * lanes);
  hn::Store(running.offset1, d, to + 5 * lanes);
}

// Adds the running sums kept of a strip to the edges that are looked up in one segment of it.
HWY_INLINE void AddPlaces(const PairStrip& strip, std::size_t segment, const double* kept) {
  const std::size_t width = BlockColumns();
  double* HWY_RESTRICT edges = strip.edge_state;
  const PairLookups::Place* HWY_RESTRICT place = strip.places + strip.begins[segment];
  const PairLookups::Place* const end = strip.places + strip.begins[segment + 1];
  for (; place != end; ++place) {
    const double* HWY_RESTRICT cell = kept + place->cell;
    double* HWY_RESTRICT edge = edges + std::size_t{4} * place->edge;
    edge[0] += cell[0];
    edge[1] += cell[width];
    edge[2] += cell[2 * width];
  }
}

// Sums the column block from column `first` on; its scores in row r begin at rows[r] + column. The
// weighted sum uses summation by parts: the running sum of a key times the change of the query
// weight after a row. The weight does not change after rows that are not kept.
HWY_INLINE void SumBlock(const PairStrip& strip, std::size_t first, const float* const* rows,
                         std::size_t column, const double* HWY_RESTRICT offsets,
                         double* HWY_RESTRICT kept) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const double* HWY_RESTRICT centres = strip.row_means;
  double* state = strip.key_state + 3 * first;
  const Vector zero = hn::Zero(d);
  Running running = {zero, zero, zero, zero, zero, zero};
  if (!strip.starts) running = LoadRunning(state);
  Columns weighted = {zero, zero};
  const auto add_row = [&](std::size_t row) HWY_ATTR {
    const float* HWY_RESTRICT scores = rows[row] + column;
    const Vector centre = hn::Set(d, centres[row]);
    const Vector offset = hn::Set(d, offsets[row]);
    const Vector x0 = hn::Sub(LoadScores(scores), centre);
    const Vector x1 = hn::Sub(LoadScores(scores + lanes), centre);
    running.sum0 = hn::Add(running.sum0, x0);
    running.sum1 = hn::Add(running.sum1, x1);
    running.square0 = hn::MulAdd(x0, x0, running.square0);
    running.square1 = hn::MulAdd(x1, x1, running.square1);
    running.offset0 = hn::MulAdd(x0, offset, running.offset0);
    running.offset1 = hn::MulAdd(x1, offset, running.offset1);
  };
  std::size_t row = 0;
  for (std::size_t idx = 0; idx < strip.num_kept_rows; ++idx, kept += 6 * lanes) {
    for (const std::size_t last = strip.kept_rows[idx]; row <= last; ++row) add_row(row);
    StoreRunning(running, kept);
    const Vector step = hn::Set(d, strip.weight_steps[idx]);
    weighted.left = hn::MulAdd(running.sum0, step, weighted.left);
    weighted.right = hn::MulAdd(running.sum1, step, weighted.right);
  }
  for (; row < strip.num_rows; ++row) add_row(row);
  StoreRunning(running, state);
  const double* HWY_RESTRICT weights = strip.key_weights + first;
  Vector total = hn::Load(d, strip.totals);
  total = hn::MulAdd(weighted.left, hn::LoadU(d, weights), total);
  total = hn::MulAdd(weighted.right, hn::LoadU(d, weights + lanes), total);
  hn::Store(total, d, strip.totals);
}

void SumStrip(const PairStrip& strip) {
  const std::size_t width = BlockColumns();
  const std::size_t num_blocks = strip.num_keys / width;
  const std::size_t tail_column = num_blocks * width;
  HWY_ALIGN float tail[kPairStripRows * kMaxBlock];
  for (std::size_t row = 0; row < strip.num_rows && tail_column < strip.num_keys; ++row) {
    for (std::size_t k = 0; k < width; ++k) {
      const std::size_t column = tail_column + k;
      tail[row * width + k] = column < strip.num_keys ? strip.rows[row][column] : 0.0F;
    }
  }
  for (std::size_t row = 0; row < strip.num_rows; ++row) {
    if (strip.takes_part == nullptr) {
      SumRow</*kAllTakePart=*/true>(strip, row, tail + row * width, tail_column);
    } else {
      SumRow</*kAllTakePart=*/false>(strip, row, tail + row * width, tail_column);
    }
  }
  if (strip.starts) *strip.pivot = strip.row_means[0];
  double offsets[kPairStripRows];
  for (std::size_t row = 0; row < strip.num_rows; ++row) {
    offsets[row] = strip.row_means[row] - *strip.pivot;
  }
  const float* tail_rows[kPairStripRows];
  for (std::size_t row = 0; row < strip.num_rows; ++row) tail_rows[row] = tail + row * width;
  // A segment's places are visited in one loop, because the end of a short loop is hard to predict.
  HWY_ALIGN double kept[kPairStripRows * 3 * kPairSegmentColumns];
  const std::size_t blocks_per_segment = kPairSegmentColumns / width;
  for (std::size_t column = 0; column < strip.num_keys; column += kPairSegmentColumns) {
    double* next = kept;
    for (std::size_t k = 0; k < blocks_per_segment; ++k, next += kPairStripRows * 3 * width) {
      const std::size_t first = column + k * width;
      if (first < tail_column) {
        SumBlock(strip, first, strip.rows, first, offsets, next);
      } else if (first < strip.num_keys) {
        SumBlock(strip, first, tail_rows, /*column=*/0, offsets, next);
      }
    }
    AddPlaces(strip, column / kPairSegmentColumns, kept);
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

HWY_EXPORT(SumStrip);
HWY_EXPORT(BlockWidth);

namespace {

void ClearAtLeast(AlignedBuffer<double>& buffer, std::size_t size) {
  if (buffer.size() < size) buffer = AlignedBuffer<double>(size);
  std::fill_n(buffer.data(), size, 0.0);
}

}  // namespace

std::size_t PairBlockWidth() {
  ApplyInstructionSetLimit();
  return HWY_DYNAMIC_DISPATCH(BlockWidth)();
}

void PairMatrixSummer::Begin(const PairMatrixPlan& plan) {
  const std::size_t m = plan.queries.size();
  const std::size_t padded = PaddedKeys(plan.num_keys);
  ZIPFLENS_CHECK(plan.query_distances.size() == m);
  ZIPFLENS_CHECK(plan.takes_part.size() == padded && plan.key_weights.size() == padded);
  ZIPFLENS_CHECK(plan.lookups != nullptr);
  plan_ = plan;
  num_added_ = 0;
  row_means_.resize(m);
  if (key_state_.size() < 3 * padded) key_state_ = AlignedBuffer<double>(3 * padded);
  ClearAtLeast(edge_state_, 4 * plan.lookups->num_edges());
  ClearAtLeast(totals_, 2 * kMaxBlock);
}

bool PairMatrixSummer::Add(std::span<const float* const> rows) {
  const std::size_t num_left = plan_.queries.size() - num_added_;
  ZIPFLENS_CHECK(rows.size() == num_left ||
                 (rows.size() < num_left && rows.size() % kPairStripRows == 0));
  ApplyInstructionSetLimit();
  bool is_finite = true;
  for (std::size_t first = 0; first < rows.size(); first += kPairStripRows) {
    const std::size_t count = std::min(kPairStripRows, rows.size() - first);
    is_finite &= AddStrip(rows.subspan(first, count));
  }
  return is_finite;
}

bool PairMatrixSummer::AddStrip(std::span<const float* const> rows) {
  const PairMatrixPlan& plan = plan_;
  const std::size_t strip_idx = num_added_ / kPairStripRows;
  const std::span<const std::uint8_t> kept_rows = plan.lookups->KeptRows(strip_idx);
  const bool all_take_part = plan.queries.size() == plan.num_keys;
  const PairStrip strip = {
      .rows = rows.data(),
      .queries = plan.queries.data() + num_added_,
      .num_rows = rows.size(),
      .num_keys = plan.num_keys,
      .num_participants = Real(plan.queries.size()),
      .takes_part = all_take_part ? nullptr : plan.takes_part.data(),
      .key_weights = plan.key_weights.data(),
      .kept_rows = kept_rows.data(),
      .weight_steps = plan.lookups->WeightSteps(strip_idx).data(),
      .num_kept_rows = kept_rows.size(),
      .begins = plan.lookups->Begins(strip_idx).data(),
      .places = plan.lookups->places().data(),
      .starts = num_added_ == 0,
      .pivot = &pivot_,
      .row_means = row_means_.data() + num_added_,
      .key_state = key_state_.data(),
      .edge_state = edge_state_.data(),
      .totals = totals_.data(),
  };
  HWY_DYNAMIC_DISPATCH(SumStrip)(strip);
  num_added_ += rows.size();
  // A score that is not finite makes the row's mean not finite, even if the score is multiplied by
  // zero.
  return std::all_of(strip.row_means, strip.row_means + rows.size(),
                     [](double mean) { return std::isfinite(mean); });
}

void PairMatrixSummer::FinishInto(PairMatrixSums& sums) {
  ZIPFLENS_CHECK(num_added_ == plan_.queries.size());
  const PairMatrixPlan& plan = plan_;
  const std::size_t m = plan.queries.size();
  sums.row_means.assign(row_means_.begin(), row_means_.end());
  sums.mean = sums.squares = sums.weighted = sums.distance = 0;
  for (const double mean : row_means_) sums.mean += mean;
  sums.mean /= Real(m);
  sums.key_sums.resize(plan.num_keys);
  const std::size_t width = PairBlockWidth();
  const double* state = key_state_.data();
  for (std::size_t first = 0; first < plan.num_keys; first += width, state += 3 * width) {
    for (std::size_t lane = 0; lane < std::min(width, plan.num_keys - first); ++lane) {
      const std::size_t key = first + lane;
      sums.key_sums[key] = state[lane];
      sums.squares += plan.takes_part[key] != 0 ? state[width + lane] : 0.0;
      sums.distance += plan.takes_part[key] != 0 ? Real(key) * state[lane] : 0.0;
    }
  }
  // |i - j| = j - i + 2 max(i - j, 0), and the sum of x times i is zero along a row.
  for (std::size_t lane = 0; lane < kMaxBlock; ++lane) {
    sums.weighted += totals_[lane];
    sums.distance += 2 * totals_[kMaxBlock + lane];
  }
  for (std::size_t i = 0; i < m; ++i) {
    sums.distance -= 2 * plan.query_distances[i] * row_means_[i];
  }
  const std::size_t num_edges = plan.lookups->num_edges();
  for (auto* of_edges : {&sums.edge_sums, &sums.edge_squares, &sums.edge_offsets}) {
    of_edges->clear();
  }
  for (std::size_t edge = 0; edge < num_edges; ++edge) {
    const double* state_of_edge = edge_state_.data() + 4 * edge;
    sums.edge_sums.push_back(state_of_edge[0]);
    sums.edge_squares.push_back(state_of_edge[1]);
    sums.edge_offsets.push_back(state_of_edge[2] + (pivot_ - sums.mean) * state_of_edge[0]);
  }
}

}  // namespace zipflens
#endif  // HWY_ONCE
