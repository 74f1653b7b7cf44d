#include "zipflens/kernels/row_products.h"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/row_products.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void RowProductsKernel(MatrixView<const float> rows, const double* HWY_RESTRICT factor,
                       double addend, float* HWY_RESTRICT products) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> d_float;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t size = rows.cols;
  const auto load = [&](const float* values)
                        HWY_ATTR { return hn::PromoteTo(d, hn::LoadU(d_float, values)); };
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const float* HWY_RESTRICT row = rows.Row(i);
    auto sums_even = hn::Zero(d);
    auto sums_odd = hn::Zero(d);
    std::size_t k = 0;
    for (; k + 2 * lanes <= size; k += 2 * lanes) {
      sums_even = hn::MulAdd(load(row + k), hn::LoadU(d, factor + k), sums_even);
      sums_odd = hn::MulAdd(load(row + k + lanes), hn::LoadU(d, factor + k + lanes), sums_odd);
    }
    double sum = addend + hn::GetLane(hn::SumOfLanes(d, hn::Add(sums_even, sums_odd)));
    for (; k < size; ++k) sum += static_cast<double>(row[k]) * factor[k];
    products[i] = static_cast<float>(sum);
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(RowProductsKernel);

void RowProductsInto(MatrixView<const float> rows, std::span<const double> factor, double addend,
                     std::span<float> products) {
  ZIPFLENS_CHECK(factor.size() == rows.cols && products.size() == rows.rows);
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(RowProductsKernel)(rows, factor.data(), addend, products.data());
}

namespace reference {

void RowProductsInto(MatrixView<const float> rows, std::span<const double> factor, double addend,
                     std::span<float> products) {
  for (std::size_t row = 0; row < rows.rows; ++row) {
    double sum = addend;
    for (std::size_t k = 0; k < rows.cols; ++k) {
      sum += static_cast<double>(rows(row, k)) * factor[k];
    }
    products[row] = static_cast<float>(sum);
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
