#include "zipflens/kernels/statistics/row_norms.h"

#include <cmath>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/statistics/row_norms.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

double SumOfSquares(const float* HWY_RESTRICT values, std::size_t size) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> d_float;
  const std::size_t lanes = hn::Lanes(d);
  auto sums_even = hn::Zero(d);
  auto sums_odd = hn::Zero(d);
  std::size_t k = 0;
  for (; k + 2 * lanes <= size; k += 2 * lanes) {
    const auto even = hn::PromoteTo(d, hn::LoadU(d_float, values + k));
    const auto odd = hn::PromoteTo(d, hn::LoadU(d_float, values + k + lanes));
    sums_even = hn::MulAdd(even, even, sums_even);
    sums_odd = hn::MulAdd(odd, odd, sums_odd);
  }
  double sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(sums_even, sums_odd)));
  for (; k < size; ++k) sum += double{values[k]} * values[k];
  return sum;
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(SumOfSquares);

void RowLogNormsInto(MatrixView<const float> rows, std::span<float> log_norms) {
  ZIPFLENS_CHECK(log_norms.size() == rows.rows);
  ApplyInstructionSetLimit();
  for (std::size_t row = 0; row < rows.rows; ++row) {
    const double squares = HWY_DYNAMIC_DISPATCH(SumOfSquares)(rows.Row(row), rows.cols);
    log_norms[row] = static_cast<float>(0.5 * std::log(squares));
  }
}

namespace reference {

void RowLogNormsInto(MatrixView<const float> rows, std::span<float> log_norms) {
  for (std::size_t row = 0; row < rows.rows; ++row) {
    double squares = 0;
    for (const float value : rows.RowSpan(row)) squares += double{value} * value;
    log_norms[row] = static_cast<float>(0.5 * std::log(squares));
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
