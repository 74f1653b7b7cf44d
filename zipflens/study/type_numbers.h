// What the token types of a batch say: one point a type, for every layer and head.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "zipflens/stats/score_sums.h"
#include "zipflens/stats/type_association.h"
#include "zipflens/stats/type_table.h"
#include "zipflens/study/study_result.h"

namespace zipflens {

/// The means by type that a study relates to frequency, gathered a sequence at a time.
class TypeValues {
 public:
  /// `num_slots`: 1 + heads. Z is slot 0.
  TypeValues(TypeIndex types, std::size_t num_layers, std::size_t num_slots);

  /// The type of each token; kNoType for one that is left out (a is NaN). [S]
  std::vector<std::size_t> TypesOf(std::span<const std::int32_t> token_ids,
                                   std::span<const double> log_proportions) const;
  /// Adds one sequence: `log_norms`: n, [layers, S], of which position 0 takes no part (analysis.md
  /// part 4), NaN for a zero vector; `scores`: [layers, num_slots].
  void Add(std::span<const std::size_t> types, std::span<const float> log_norms,
           std::span<const ScoreSummary> scores);

  const TypeIndex& types() const { return types_; }
  std::size_t num_slots() const { return num_slots_; }
  /// Whether a type occurs behind position 0, so that it has a mean n. [T]
  std::vector<bool> HasLogNorm() const { return log_norms_.Present(); }
  /// Means by type, [T]; NaN without an occurrence. LogNorms: all NaN in a layer where an n is.
  std::vector<double> LogNorms(std::size_t layer_idx) const {
    return lacks_norms_[layer_idx] ? std::vector<double>(types_.size(), kNoValue)
                                   : log_norms_.Means(layer_idx);
  }
  std::vector<double> RowScores(std::size_t layer_idx, std::size_t slot) const {
    return scores_.Means(RowScore(layer_idx, slot));
  }
  std::vector<double> ColumnScores(std::size_t layer_idx, std::size_t slot) const {
    return scores_.Means(RowScore(layer_idx, slot) + 1);
  }

 private:
  // Where row means stand in scores_; column means follow.
  std::size_t RowScore(std::size_t layer_idx, std::size_t slot) const {
    return 2 * (layer_idx * num_slots_ + slot);
  }

  TypeIndex types_;
  std::size_t num_layers_;
  std::size_t num_slots_;
  TypeSums log_norms_;             // [layers]
  std::vector<bool> lacks_norms_;  // [layers]: an n that takes part is NaN
  TypeSums scores_;                // [layers, slots, row or column]
};

/// Rows type_log_norm, type_row_score and type_column_score, each by "pearson" and "spearman", with
/// p, interval and q. `layers`: their numbers; `counts`: Correlation::counts. Memory: 2.5 kB a
/// type, and 0.8 kB a type and thread, whatever the number of layers and heads.
std::vector<Correlation> TypeCorrelations(const TypeValues& values, std::span<const int> layers,
                                          const std::string& counts,
                                          const ResamplingOptions& resampling);

/// Sets type_estimate, type_p and type_q of the slopes "query" and "key" of "score".
/// `correlations`: as TypeCorrelations made them from the same values.
void SetTypeSlopes(const TypeValues& values, std::span<const int> layers,
                   std::span<const Correlation> correlations, std::vector<Slope>& slopes);

/// types.parquet: layer by layer, types by id. `token_counts`: c by token id.
std::vector<TypeRow> TypeRows(const TypeValues& values, std::span<const int> layers,
                              std::span<const std::uint64_t> token_counts);

}  // namespace zipflens
