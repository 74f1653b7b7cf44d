// What the token types of a batch say: one point a type, for every layer and head.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "zipflens/stats/type_association.h"
#include "zipflens/stats/type_table.h"
#include "zipflens/study/study_result.h"

namespace zipflens {

/// Where TypeSums holds which quantity: of each layer first n, then the row means of Z and of every
/// head, then the column means likewise.
struct TypeQuantities {
  std::size_t num_layers = 0;
  std::size_t num_slots = 0;  // 1 + heads

  std::size_t size() const { return num_layers * (1 + 2 * num_slots); }
  std::size_t LogNorm(std::size_t layer_idx) const { return layer_idx * (1 + 2 * num_slots); }
  std::size_t RowScore(std::size_t layer_idx, std::size_t slot) const {
    return LogNorm(layer_idx) + 1 + slot;
  }
  std::size_t ColumnScore(std::size_t layer_idx, std::size_t slot) const {
    return LogNorm(layer_idx) + 1 + num_slots + slot;
  }
};

/// Rows type_log_norm, type_row_score and type_column_score, each by "pearson" and "spearman", with
/// p, interval and q. `layers`: their numbers; `counts`: Correlation::counts.
std::vector<Correlation> TypeCorrelations(const TypeIndex& types, const TypeSums& sums,
                                          const TypeQuantities& quantities,
                                          std::span<const int> layers, const std::string& counts,
                                          const ResamplingOptions& resampling);

/// Sets type_estimate, type_p and type_q of the slopes "query" and "key" of "score".
/// `correlations`: as TypeCorrelations made them from the same sums.
void SetTypeSlopes(const TypeIndex& types, const TypeSums& sums, const TypeQuantities& quantities,
                   std::span<const int> layers, std::span<const Correlation> correlations,
                   std::vector<Slope>& slopes);

/// types.parquet: layer by layer, types by id. `token_counts`: c by token id.
std::vector<TypeRow> TypeRows(const TypeIndex& types, const TypeSums& sums,
                              const TypeQuantities& quantities, std::span<const int> layers,
                              std::span<const std::uint64_t> token_counts);

}  // namespace zipflens
