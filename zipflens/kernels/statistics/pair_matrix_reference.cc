// The plain loops that kernels/statistics/pair_matrix_sums.h is tested against.
#include <cmath>
#include <cstddef>

#include "zipflens/base/numbers.h"
#include "zipflens/kernels/statistics/pair_matrix_sums.h"

namespace zipflens::reference {

PairMatrixSums SumPairMatrix(MatrixView<const float> scores, const PairMatrixPlan& plan,
                             std::span<const double> query_weights,
                             MatrixView<const std::uint32_t> queries_before) {
  const auto m = Real(plan.queries.size());
  const std::size_t num_edges = plan.lookups->num_edges();
  PairMatrixSums sums;
  for (const std::uint32_t query : plan.queries) {
    double& mean = sums.row_means.emplace_back(0.0);
    for (const std::uint32_t key : plan.queries) mean += scores(query, key) / m;
    sums.mean += mean / m;
  }
  sums.key_sums.assign(plan.num_keys, 0.0);
  sums.edge_sums.assign(num_edges, 0.0);
  sums.edge_squares = sums.edge_offsets = sums.edge_sums;
  for (std::size_t i = 0; i < plan.queries.size(); ++i) {
    const double offset = sums.row_means[i] - sums.mean;
    for (const std::uint32_t key : plan.queries) {
      const double x = scores(plan.queries[i], key) - sums.row_means[i];
      sums.key_sums[key] += x;
      sums.squares += x * x;
      sums.weighted += query_weights[i] * plan.key_weights[key] * x;
      sums.distance += std::abs(Real(plan.queries[i]) - Real(key)) * x;
      for (std::size_t edge = 0; edge < num_edges; ++edge) {
        if (i >= queries_before(key, edge)) continue;
        sums.edge_sums[edge] += x;
        sums.edge_squares[edge] += x * x;
        sums.edge_offsets[edge] += offset * x;
      }
    }
  }
  return sums;
}

}  // namespace zipflens::reference
