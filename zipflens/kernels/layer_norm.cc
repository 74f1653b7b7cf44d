#include "zipflens/kernels/layer_norm.h"

#include <cmath>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "zipflens/kernels/layer_norm.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "zipflens/base/numbers.h"
#include "zipflens/kernels/vector_exp_inl.h"

HWY_BEFORE_NAMESPACE();
namespace zipflens::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The sum over the row of term(value - shift), in double. `term` accepts vectors and scalars.
template <class Term>
double SumOfTerms(const float* row, std::size_t size, double shift, const Term& term) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> d_float;
  const std::size_t lanes = hn::Lanes(d);
  const auto shifts = hn::Set(d, shift);
  auto sums_even = hn::Zero(d);
  auto sums_odd = hn::Zero(d);
  std::size_t k = 0;
  for (; k + 2 * lanes <= size; k += 2 * lanes) {
    const auto even = hn::PromoteTo(d, hn::LoadU(d_float, row + k));
    const auto odd = hn::PromoteTo(d, hn::LoadU(d_float, row + k + lanes));
    sums_even = hn::Add(sums_even, term(hn::Sub(even, shifts)));
    sums_odd = hn::Add(sums_odd, term(hn::Sub(odd, shifts)));
  }
  double sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(sums_even, sums_odd)));
  const hn::CappedTag<double, 1> d_one;
  for (; k < size; ++k) {
    sum += hn::GetLane(term(hn::Set(d_one, double{row[k]} - shift)));
  }
  return sum;
}

void LayerNormRow(float* row, std::size_t size, const float* weight, const float* bias,
                  double epsilon) {
  const auto itself = [](auto value) HWY_ATTR { return value; };
  const auto square = [](auto value) HWY_ATTR { return hn::Mul(value, value); };
  const auto count = Real(size);
  const double mean = SumOfTerms(row, size, /*shift=*/0.0, itself) / count;
  const double variance = SumOfTerms(row, size, mean, square) / count;
  const auto float_mean = static_cast<float>(mean);
  const auto scale = static_cast<float>(1.0 / std::sqrt(variance + epsilon));
  ForEachVector(size, [=](auto d, std::size_t k) HWY_ATTR {
    const auto centred = hn::Sub(hn::LoadU(d, row + k), hn::Set(d, float_mean));
    const auto normal = hn::Mul(centred, hn::Set(d, scale));
    const auto result = hn::MulAdd(normal, hn::LoadU(d, weight + k), hn::LoadU(d, bias + k));
    hn::StoreU(result, d, row + k);
  });
}

void AddLayerNormRow(float* row, const float* addend, std::size_t size, const float* weight,
                     const float* bias, double epsilon) {
  ForEachVector(size, [=](auto d, std::size_t k) HWY_ATTR {
    hn::StoreU(hn::Add(hn::LoadU(d, row + k), hn::LoadU(d, addend + k)), d, row + k);
  });
  LayerNormRow(row, size, weight, bias, epsilon);
}

}  // namespace zipflens::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "zipflens/base/check.h"
#include "zipflens/kernels/instruction_set.h"

namespace zipflens {

HWY_EXPORT(LayerNormRow);
HWY_EXPORT(AddLayerNormRow);

void LayerNormRowsInPlace(MatrixView<float> rows, std::span<const float> weight,
                          std::span<const float> bias, double epsilon) {
  ZIPFLENS_CHECK(weight.size() == rows.cols && bias.size() == rows.cols);
  ApplyInstructionSetLimit();
  for (std::size_t row = 0; row < rows.rows; ++row) {
    HWY_DYNAMIC_DISPATCH(LayerNormRow)
    (rows.Row(row), rows.cols, weight.data(), bias.data(), epsilon);
  }
}

void AddLayerNormRowsInPlace(MatrixView<float> rows, MatrixView<const float> addend,
                             std::span<const float> weight, std::span<const float> bias,
                             double epsilon) {
  ZIPFLENS_CHECK(addend.rows == rows.rows && addend.cols == rows.cols);
  ZIPFLENS_CHECK(weight.size() == rows.cols && bias.size() == rows.cols);
  ApplyInstructionSetLimit();
  for (std::size_t row = 0; row < rows.rows; ++row) {
    HWY_DYNAMIC_DISPATCH(AddLayerNormRow)
    (rows.Row(row), addend.Row(row), rows.cols, weight.data(), bias.data(), epsilon);
  }
}

namespace reference {

void LayerNormRowsInPlace(MatrixView<float> rows, std::span<const float> weight,
                          std::span<const float> bias, double epsilon) {
  for (std::size_t r = 0; r < rows.rows; ++r) {
    const std::span<float> row = rows.RowSpan(r);
    const auto count = Real(row.size());
    double mean = 0;
    for (const float value : row) mean += value / count;
    double variance = 0;
    for (const float value : row) variance += (value - mean) * (value - mean) / count;
    for (std::size_t k = 0; k < row.size(); ++k) {
      const double normal = (row[k] - mean) / std::sqrt(variance + epsilon);
      row[k] = static_cast<float>(normal * weight[k] + bias[k]);
    }
  }
}

}  // namespace reference
}  // namespace zipflens
#endif  // HWY_ONCE
