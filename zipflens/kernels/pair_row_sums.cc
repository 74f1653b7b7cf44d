#include "zipflens/kernels/pair_row_sums.h"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/pair_row_sums.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void AddRow(const float* HWY_RESTRICT row, std::size_t size, const double* HWY_RESTRICT weights,
            const double* HWY_RESTRICT positions, double position, double* HWY_RESTRICT column_sums,
            PairRowSums* totals) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> d_float;
  const std::size_t lanes = hn::Lanes(d);
  const auto here = hn::Set(d, position);
  auto sum = hn::Zero(d);
  auto weighted = hn::Zero(d);
  auto distance = hn::Zero(d);
  std::size_t k = 0;
  for (; k + lanes <= size; k += lanes) {
    const auto value = hn::PromoteTo(d, hn::LoadU(d_float, row + k));
    sum = hn::Add(sum, value);
    weighted = hn::MulAdd(value, hn::LoadU(d, weights + k), weighted);
    const auto apart = hn::Abs(hn::Sub(hn::LoadU(d, positions + k), here));
    distance = hn::MulAdd(value, apart, distance);
    hn::StoreU(hn::Add(hn::LoadU(d, column_sums + k), value), d, column_sums + k);
  }
  totals->sum = hn::GetLane(hn::SumOfLanes(d, sum));
  totals->weighted_sum = hn::GetLane(hn::SumOfLanes(d, weighted));
  totals->distance_sum = hn::GetLane(hn::SumOfLanes(d, distance));
  for (; k < size; ++k) {
    const auto value = static_cast<double>(row[k]);
    const double apart =
        positions[k] < position ? position - positions[k] : positions[k] - position;
    totals->sum += value;
    totals->weighted_sum += value * weights[k];
    totals->distance_sum += value * apart;
    column_sums[k] += value;
  }
}

void AddMoments(const float* HWY_RESTRICT row, const std::uint32_t* HWY_RESTRICT bounds,
                std::size_t num_bins, double centre, double pivot, double* HWY_RESTRICT sums,
                double* HWY_RESTRICT squares, double* HWY_RESTRICT centred_sums,
                double* HWY_RESTRICT centred_squares) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> d_float;
  const std::size_t lanes = hn::Lanes(d);
  const auto centres = hn::Set(d, centre);
  const double offset = centre - pivot;
  for (std::size_t bin = 0; bin < num_bins; ++bin) {
    std::size_t k = bounds[bin];
    const std::size_t end = bounds[bin + 1];
    const auto n = static_cast<double>(end - k);
    double sum = 0;
    double square = 0;
    if (k + lanes <= end) {
      auto run_sum = hn::Zero(d);
      auto run_square = hn::Zero(d);
      for (; k + lanes <= end; k += lanes) {
        const auto value = hn::Sub(hn::PromoteTo(d, hn::LoadU(d_float, row + k)), centres);
        run_sum = hn::Add(run_sum, value);
        run_square = hn::MulAdd(value, value, run_square);
      }
      sum = hn::GetLane(hn::SumOfLanes(d, run_sum));
      square = hn::GetLane(hn::SumOfLanes(d, run_square));
    }
    for (; k < end; ++k) {
      const double value = static_cast<double>(row[k]) - centre;
      sum += value;
      square += value * value;
    }
    centred_sums[bin] += sum;
    centred_squares[bin] += square;
    sums[bin] += sum + n * offset;
    squares[bin] += square + (2 * offset * sum + n * offset * offset);
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>

#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(AddRow);
HWY_EXPORT(AddMoments);

PairRowSums AddPairRow(std::span<const float> row, std::span<const double> weights,
                       std::span<const double> positions, double position,
                       std::span<double> column_sums) {
  ZIPFLENS_CHECK(weights.size() == row.size() && positions.size() == row.size());
  ZIPFLENS_CHECK(column_sums.size() == row.size());
  ApplyInstructionSetLimit();
  PairRowSums totals;
  HWY_DYNAMIC_DISPATCH(AddRow)
  (row.data(), row.size(), weights.data(), positions.data(), position, column_sums.data(), &totals);
  return totals;
}

void AddSegmentMoments(std::span<const float> row, std::span<const std::uint32_t> bounds,
                       double centre, double pivot, const SegmentMoments& moments) {
  const std::size_t num_bins = moments.sums.size();
  ZIPFLENS_CHECK(bounds.size() == num_bins + 1 && bounds.back() <= row.size());
  ZIPFLENS_CHECK(moments.squares.size() == num_bins && moments.centred_sums.size() == num_bins &&
                 moments.centred_squares.size() == num_bins);
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(AddMoments)
  (row.data(), bounds.data(), num_bins, centre, pivot, moments.sums.data(), moments.squares.data(),
   moments.centred_sums.data(), moments.centred_squares.data());
}

namespace reference {

PairRowSums AddPairRow(std::span<const float> row, std::span<const double> weights,
                       std::span<const double> positions, double position,
                       std::span<double> column_sums) {
  PairRowSums totals;
  for (std::size_t k = 0; k < row.size(); ++k) {
    totals.sum += row[k];
    totals.weighted_sum += weights[k] * row[k];
    totals.distance_sum += std::abs(positions[k] - position) * row[k];
    column_sums[k] += row[k];
  }
  return totals;
}

void AddSegmentMoments(std::span<const float> row, std::span<const std::uint32_t> bounds,
                       double centre, double pivot, const SegmentMoments& moments) {
  for (std::size_t bin = 0; bin < moments.sums.size(); ++bin) {
    for (std::size_t k = bounds[bin]; k < bounds[bin + 1]; ++k) {
      const double value = row[k];
      moments.sums[bin] += value - pivot;
      moments.squares[bin] += (value - pivot) * (value - pivot);
      moments.centred_sums[bin] += value - centre;
      moments.centred_squares[bin] += (value - centre) * (value - centre);
    }
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
