#include "zipflens/kernels/softmax.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/softmax.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "zipflens/kernels/vector_exp_inl.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

float MaxOfRow(const float* row, std::size_t size) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  auto maxima_even = hn::Set(d, row[0]);
  auto maxima_odd = maxima_even;
  std::size_t k = 0;
  for (; k + 2 * lanes <= size; k += 2 * lanes) {
    maxima_even = hn::Max(maxima_even, hn::LoadU(d, row + k));
    maxima_odd = hn::Max(maxima_odd, hn::LoadU(d, row + k + lanes));
  }
  float max = hn::GetLane(hn::MaxOfLanes(d, hn::Max(maxima_even, maxima_odd)));
  for (; k < size; ++k) max = std::max(max, row[k]);
  return max;
}

// row = exp(row - max); returns the sum of the new row.
float ExponentiateRow(float* row, std::size_t size, float max) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto row_max = hn::Set(d, max);
  auto sums_even = hn::Zero(d);
  auto sums_odd = hn::Zero(d);
  std::size_t k = 0;
  for (; k + 2 * lanes <= size; k += 2 * lanes) {
    const auto even = Exp(d, hn::Sub(hn::LoadU(d, row + k), row_max));
    const auto odd = Exp(d, hn::Sub(hn::LoadU(d, row + k + lanes), row_max));
    hn::StoreU(even, d, row + k);
    hn::StoreU(odd, d, row + k + lanes);
    sums_even = hn::Add(sums_even, even);
    sums_odd = hn::Add(sums_odd, odd);
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(sums_even, sums_odd)));
  const hn::CappedTag<float, 1> d_one;
  for (; k < size; ++k) {
    row[k] = hn::GetLane(Exp(d_one, hn::Set(d_one, row[k] - max)));
    sum += row[k];
  }
  return sum;
}

void SoftmaxKernel(float* data, std::size_t num_rows, std::size_t size, std::size_t stride) {
  for (std::size_t r = 0; r < num_rows; ++r) {
    float* row = data + r * stride;
    const float scale = 1.0f / ExponentiateRow(row, size, MaxOfRow(row, size));
    ForEachVector(size, [row, scale](auto d, std::size_t k) HWY_ATTR {
      hn::StoreU(hn::Mul(hn::LoadU(d, row + k), hn::Set(d, scale)), d, row + k);
    });
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(SoftmaxKernel);

void SoftmaxRowsInPlace(MatrixView<float> rows) {
  ZIPFLENS_CHECK(rows.cols > 0);
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(SoftmaxKernel)(rows.data, rows.rows, rows.cols, rows.stride);
}

namespace reference {

void SoftmaxRowsInPlace(MatrixView<float> rows) {
  std::vector<double> exponentials(rows.cols);
  for (std::size_t r = 0; r < rows.rows; ++r) {
    const std::span<float> row = rows.RowSpan(r);
    const double max = *std::ranges::max_element(row);
    double sum = 0;
    for (std::size_t k = 0; k < row.size(); ++k) {
      exponentials[k] = std::exp(row[k] - max);
      sum += exponentials[k];
    }
    for (std::size_t k = 0; k < row.size(); ++k) {
      row[k] = static_cast<float>(exponentials[k] / sum);
    }
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
