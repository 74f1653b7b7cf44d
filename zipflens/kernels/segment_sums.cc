#include "zipflens/kernels/segment_sums.h"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/segment_sums.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Sum of term(value) over the run; `term` maps a vector of doubles and is applied to single lanes
// at the run's end.
template <class Term>
double SumRun(const float* HWY_RESTRICT run, std::size_t size, const Term& term) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> d_float;
  const std::size_t lanes = hn::Lanes(d);
  double sum = 0;
  std::size_t k = 0;
  if (size >= lanes) {
    auto sums = hn::Zero(d);
    for (; k + lanes <= size; k += lanes) {
      sums = hn::Add(sums, term(d, hn::PromoteTo(d, hn::LoadU(d_float, run + k))));
    }
    sum = hn::GetLane(hn::SumOfLanes(d, sums));
  }
  const hn::CappedTag<double, 1> d_one;
  for (; k < size; ++k) {
    sum += hn::GetLane(term(d_one, hn::Set(d_one, static_cast<double>(run[k]))));
  }
  return sum;
}

void AddSums(const float* row, const std::uint32_t* bounds, std::size_t num_bins, double* sums) {
  const auto value_itself = [](auto /*tag*/, auto value) HWY_ATTR { return value; };
  for (std::size_t bin = 0; bin < num_bins; ++bin) {
    sums[bin] += SumRun(row + bounds[bin], bounds[bin + 1] - bounds[bin], value_itself);
  }
}

void AddSquares(const float* row, const std::uint32_t* bounds, std::size_t num_bins,
                const double* means, double* squares) {
  for (std::size_t bin = 0; bin < num_bins; ++bin) {
    const double mean = means[bin];
    const auto squared_distance = [mean](auto tag, auto value) HWY_ATTR {
      const auto distance = hn::Sub(value, hn::Set(tag, mean));
      return hn::Mul(distance, distance);
    };
    squares[bin] += SumRun(row + bounds[bin], bounds[bin + 1] - bounds[bin], squared_distance);
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(AddSums);
HWY_EXPORT(AddSquares);

void AddSegmentSums(std::span<const float> row, std::span<const std::uint32_t> bounds,
                    std::span<double> sums) {
  ZIPFLENS_CHECK(bounds.size() == sums.size() + 1 && bounds.back() <= row.size());
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(AddSums)(row.data(), bounds.data(), sums.size(), sums.data());
}

void AddSegmentSquares(std::span<const float> row, std::span<const std::uint32_t> bounds,
                       std::span<const double> means, std::span<double> squares) {
  ZIPFLENS_CHECK(bounds.size() == squares.size() + 1 && bounds.back() <= row.size());
  ZIPFLENS_CHECK(means.size() == squares.size());
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(AddSquares)
  (row.data(), bounds.data(), squares.size(), means.data(), squares.data());
}

namespace reference {

void AddSegmentSums(std::span<const float> row, std::span<const std::uint32_t> bounds,
                    std::span<double> sums) {
  for (std::size_t bin = 0; bin < sums.size(); ++bin) {
    for (std::size_t k = bounds[bin]; k < bounds[bin + 1]; ++k) sums[bin] += row[k];
  }
}

void AddSegmentSquares(std::span<const float> row, std::span<const std::uint32_t> bounds,
                       std::span<const double> means, std::span<double> squares) {
  for (std::size_t bin = 0; bin < squares.size(); ++bin) {
    for (std::size_t k = bounds[bin]; k < bounds[bin + 1]; ++k) {
      const double distance = row[k] - means[bin];
      squares[bin] += distance * distance;
    }
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
