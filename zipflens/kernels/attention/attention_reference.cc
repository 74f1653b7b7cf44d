// The plain loops that kernels/attention/attention.h is tested against.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "zipflens/kernels/attention/attention.h"
#include "zipflens/kernels/products/bfloat16.h"

namespace zipflens::reference {
namespace {

void SoftmaxInPlace(std::vector<double>& row, bool rounds_weights) {
  const double max = *std::ranges::max_element(row);
  double sum = 0;
  for (double& value : row) {
    value = std::exp(value - max);
    sum += value;
  }
  if (rounds_weights) {
    for (double& value : row) {
      float weight = static_cast<float>(value);
      RoundToBfloat16InPlace({&weight, 1});
      value = weight;
    }
  }
  for (double& value : row) value /= sum;
}

}  // namespace

void AttendInto(MatrixView<const float> queries, std::span<const std::uint32_t> chosen,
                MatrixView<const float> keys, MatrixView<const float> values,
                const AttentionResults& results, bool rounds_weights) {
  std::vector<float> rows;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    std::vector<double> row(keys.rows);
    for (std::size_t j = 0; j < keys.rows; ++j) {
      for (std::size_t k = 0; k < keys.cols; ++k) {
        row[j] += double{queries(chosen[i], k)} * keys(j, k);
      }
      rows.push_back(static_cast<float>(row[j]));
      if (results.scores.data != nullptr) results.scores(chosen[i], j) = rows.back();
      if (results.score_sums.data == nullptr) continue;
      float& sum = results.score_sums(i, j);
      sum = static_cast<float>((results.starts_sums ? 0.0 : sum) + results.score_share * row[j]);
    }
    if (results.context.data == nullptr) continue;
    SoftmaxInPlace(row, rounds_weights);
    for (std::size_t k = 0; k < values.cols; ++k) {
      double sum = 0;
      for (std::size_t j = 0; j < keys.rows; ++j) sum += row[j] * values(j, k);
      results.context(chosen[i], k) = static_cast<float>(sum);
    }
  }
  if (!results.on_score_rows) return;
  results.on_score_rows({chosen, {rows.data(), chosen.size(), keys.rows}});
}

}  // namespace zipflens::reference
