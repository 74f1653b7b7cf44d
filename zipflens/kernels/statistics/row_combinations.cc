#include "zipflens/kernels/statistics/row_combinations.h"

#include <algorithm>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/statistics/row_combinations.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Combines one vector of columns, of type D, from `col` on.
template <class D>
HWY_INLINE void CombineColumns(D d, MatrixView<const double> rows, std::size_t col,
                               const double* HWY_RESTRICT left_factors,
                               const double* HWY_RESTRICT right_factors, double* HWY_RESTRICT left,
                               double* HWY_RESTRICT right) {
  auto left_sum = hn::Zero(d);
  auto right_sum = left_sum;
  const double* HWY_RESTRICT row = rows.data + col;
  for (std::size_t i = 0; i < rows.rows; ++i, row += rows.stride) {
    const auto values = hn::LoadU(d, row);
    left_sum = hn::MulAdd(values, hn::Set(d, left_factors[i]), left_sum);
    right_sum = hn::MulAdd(values, hn::Set(d, right_factors[i]), right_sum);
  }
  hn::StoreU(left_sum, d, left + col);
  hn::StoreU(right_sum, d, right + col);
}

void CombineRowsKernel(MatrixView<const double> rows, const double* left_factors,
                       const double* right_factors, double* left, double* right) {
  const hn::ScalableTag<double> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t col = 0;
  for (; col + lanes <= rows.cols; col += lanes) {
    CombineColumns(d, rows, col, left_factors, right_factors, left, right);
  }
  for (; col < rows.cols; ++col) {
    CombineColumns(hn::CappedTag<double, 1>(), rows, col, left_factors, right_factors, left, right);
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(CombineRowsKernel);

void CombineRowsInto(MatrixView<const double> rows, std::span<const double> left_factors,
                     std::span<const double> right_factors, std::span<double> left,
                     std::span<double> right) {
  ZIPFLENS_CHECK(left_factors.size() == rows.rows && right_factors.size() == rows.rows);
  ZIPFLENS_CHECK(left.size() == rows.cols && right.size() == rows.cols);
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(CombineRowsKernel)
  (rows, left_factors.data(), right_factors.data(), left.data(), right.data());
}

namespace reference {

void CombineRowsInto(MatrixView<const double> rows, std::span<const double> left_factors,
                     std::span<const double> right_factors, std::span<double> left,
                     std::span<double> right) {
  std::ranges::fill(left, 0.0);
  std::ranges::fill(right, 0.0);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    for (std::size_t col = 0; col < rows.cols; ++col) {
      left[col] += left_factors[row] * rows(row, col);
      right[col] += right_factors[row] * rows(row, col);
    }
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
