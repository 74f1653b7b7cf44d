#include "zipflens/kernels/statistics/row_products.h"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/statistics/row_products.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Rows are in the last-level cache, and loading one takes longer than multiplying it.
constexpr std::size_t kRowsAhead = 4;

void RowProductsKernel(MatrixView<const float> rows, const double* HWY_RESTRICT factor,
                       std::span<const double> addends, MatrixView<float> products) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> d_float;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t size = rows.cols / addends.size();
  const std::size_t ahead = kRowsAhead * rows.stride;
  const auto load = [&](const float* values)
                        HWY_ATTR { return hn::PromoteTo(d, hn::LoadU(d_float, values)); };
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const float* HWY_RESTRICT part = rows.Row(i);
    const double* HWY_RESTRICT factors = factor;
    for (std::size_t h = 0; h < addends.size(); ++h, part += size, factors += size) {
      auto sums_even = hn::Zero(d);
      auto sums_odd = hn::Zero(d);
      std::size_t k = 0;
      for (; k + 2 * lanes <= size; k += 2 * lanes) {
        __builtin_prefetch(part + k + ahead);
        sums_even = hn::MulAdd(load(part + k), hn::LoadU(d, factors + k), sums_even);
        sums_odd = hn::MulAdd(load(part + k + lanes), hn::LoadU(d, factors + k + lanes), sums_odd);
      }
      double sum = addends[h] + hn::GetLane(hn::SumOfLanes(d, hn::Add(sums_even, sums_odd)));
      for (; k < size; ++k) sum += double{part[k]} * factors[k];
      products(h, i) = static_cast<float>(sum);
    }
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(RowProductsKernel);

void RowProductsInto(MatrixView<const float> rows, std::span<const double> factor,
                     std::span<const double> addends, MatrixView<float> products) {
  ZIPFLENS_CHECK(factor.size() == rows.cols && rows.cols % addends.size() == 0);
  ZIPFLENS_CHECK(products.rows == addends.size() && products.cols == rows.rows);
  ApplyInstructionSetLimit();
  HWY_DYNAMIC_DISPATCH(RowProductsKernel)(rows, factor.data(), addends, products);
}

namespace reference {

void RowProductsInto(MatrixView<const float> rows, std::span<const double> factor,
                     std::span<const double> addends, MatrixView<float> products) {
  const std::size_t size = rows.cols / addends.size();
  for (std::size_t row = 0; row < rows.rows; ++row) {
    for (std::size_t h = 0; h < addends.size(); ++h) {
      double sum = addends[h];
      for (std::size_t k = h * size; k < (h + 1) * size; ++k) {
        sum += double{rows(row, k)} * factor[k];
      }
      products(h, row) = static_cast<float>(sum);
    }
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
