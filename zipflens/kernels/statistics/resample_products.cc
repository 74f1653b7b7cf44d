#include "zipflens/kernels/statistics/resample_products.h"

#include <algorithm>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/statistics/resample_products.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Two vectors of columns are processed together; a panel is a whole number of such pairs for every
// instruction set.
using Tag = hn::CappedTag<double, kResamplePanelWidth / 2>;

template <class V>
HWY_INLINE void AddTo(double* out, V first, V second) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  hn::StoreU(hn::Add(hn::LoadU(d, out), first), d, out);
  hn::StoreU(hn::Add(hn::LoadU(d, out + lanes), second), d, out + lanes);
}

// Adds four rows times two vectors of columns, over `depth` points, to c.
HWY_INLINE void FourRows(const double* HWY_RESTRICT a, std::size_t stride,
                         const double* HWY_RESTRICT b, std::size_t depth, double* HWY_RESTRICT c,
                         std::size_t c_stride) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  auto c00 = hn::Zero(d);
  auto c01 = c00;
  auto c10 = c00;
  auto c11 = c00;
  auto c20 = c00;
  auto c21 = c00;
  auto c30 = c00;
  auto c31 = c00;
  for (std::size_t k = 0; k < depth; ++k) {
    const auto b0 = hn::LoadU(d, b + k * kResamplePanelWidth);
    const auto b1 = hn::LoadU(d, b + k * kResamplePanelWidth + lanes);
    const auto a0 = hn::Set(d, a[k]);
    c00 = hn::MulAdd(a0, b0, c00);
    c01 = hn::MulAdd(a0, b1, c01);
    const auto a1 = hn::Set(d, a[stride + k]);
    c10 = hn::MulAdd(a1, b0, c10);
    c11 = hn::MulAdd(a1, b1, c11);
    const auto a2 = hn::Set(d, a[2 * stride + k]);
    c20 = hn::MulAdd(a2, b0, c20);
    c21 = hn::MulAdd(a2, b1, c21);
    const auto a3 = hn::Set(d, a[3 * stride + k]);
    c30 = hn::MulAdd(a3, b0, c30);
    c31 = hn::MulAdd(a3, b1, c31);
  }
  AddTo(c, c00, c01);
  AddTo(c + c_stride, c10, c11);
  AddTo(c + 2 * c_stride, c20, c21);
  AddTo(c + 3 * c_stride, c30, c31);
}

HWY_INLINE void OneRow(const double* HWY_RESTRICT a, const double* HWY_RESTRICT b,
                       std::size_t depth, double* HWY_RESTRICT c) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  auto c0 = hn::Zero(d);
  auto c1 = hn::Zero(d);
  for (std::size_t k = 0; k < depth; ++k) {
    const auto a0 = hn::Set(d, a[k]);
    c0 = hn::MulAdd(a0, hn::LoadU(d, b + k * kResamplePanelWidth), c0);
    c1 = hn::MulAdd(a0, hn::LoadU(d, b + k * kResamplePanelWidth + lanes), c1);
  }
  AddTo(c, c0, c1);
}

// Adds `depth` points of one panel to all rows of the product.
void AddPanel(const double* a, std::size_t rows, std::size_t stride, const double* b,
              std::size_t depth, double* c, std::size_t c_stride) {
  const std::size_t width = 2 * hn::Lanes(Tag());
  for (std::size_t column = 0; column < kResamplePanelWidth; column += width) {
    std::size_t row = 0;
    for (; row + 4 <= rows; row += 4) {
      FourRows(a + row * stride, stride, b + column, depth, c + row * c_stride + column, c_stride);
    }
    for (; row < rows; ++row)
      OneRow(a + row * stride, b + column, depth, c + row * c_stride + column);
  }
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(AddPanel);

ResamplePanels::ResamplePanels(std::size_t points, std::size_t columns)
    : points_(points),
      num_panels_((columns + kResamplePanelWidth - 1) / kResamplePanelWidth),
      cells_(points * num_panels_ * kResamplePanelWidth) {
  SetZero();
}

void ResamplePanels::SetZero() { std::ranges::fill(cells_.span(), 0.0); }

void ResampleProductInto(MatrixView<const double> matrix, const ResamplePanels& resamples,
                         MatrixView<double> product) {
  // 16 kB of a panel stay in the first-level cache while all rows are multiplied by them.
  constexpr std::size_t kDepth = 128;
  ZIPFLENS_CHECK(matrix.cols == resamples.points() && product.rows == matrix.rows);
  ZIPFLENS_CHECK(product.cols == resamples.padded_columns());
  ApplyInstructionSetLimit();
  for (std::size_t row = 0; row < product.rows; ++row) std::ranges::fill(product.RowSpan(row), 0.0);
  for (std::size_t first = 0; first < matrix.cols; first += kDepth) {
    const std::size_t depth = std::min(kDepth, matrix.cols - first);
    for (std::size_t panel = 0; panel * kResamplePanelWidth < product.cols; ++panel) {
      HWY_DYNAMIC_DISPATCH(AddPanel)
      (matrix.data + first, matrix.rows, matrix.stride,
       resamples.Panel(panel) + first * kResamplePanelWidth, depth,
       product.data + panel * kResamplePanelWidth, product.stride);
    }
  }
}

namespace reference {

void ResampleProductInto(MatrixView<const double> matrix, const ResamplePanels& resamples,
                         MatrixView<double> product) {
  for (std::size_t row = 0; row < product.rows; ++row) {
    for (std::size_t column = 0; column < product.cols; ++column) {
      double sum = 0;
      for (std::size_t k = 0; k < matrix.cols; ++k) sum += matrix(row, k) * resamples(k, column);
      product(row, column) = sum;
    }
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
