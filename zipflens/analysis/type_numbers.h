// The statistics over token types of a batch, with one point per type, for every layer and head.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "zipflens/analysis/findings.h"
#include "zipflens/stats/score_sums.h"
#include "zipflens/stats/type_association.h"
#include "zipflens/stats/type_table.h"

namespace zipflens {

/// The means per token type that a study relates to frequency, gathered sequence by sequence.
class TypeValues {
 public:
  /// `num_slots` is 1 + heads; slot 0 is Z, the mean over heads.
  TypeValues(TypeIndex types, std::vector<int> layers, std::size_t num_slots);

  /// Returns the type of each token, [S]; kNoType for a token that is left out (a is NaN).
  std::vector<std::size_t> TypesOf(std::span<const std::int32_t> token_ids,
                                   std::span<const double> log_proportions) const;
  /// Adds one sequence. `log_norms` is n, [layers, S]; it is NaN for a zero vector, and position 0
  /// takes no part (docs/analysis.md, part 4). `scores` is [layers, num_slots].
  void Add(std::span<const std::size_t> types, std::span<const float> log_norms,
           std::span<const ScoreSummary> scores);

  const TypeIndex& types() const { return types_; }
  /// The labels of the layers; [layers] and layer_idx below are in their order.
  std::span<const int> layers() const { return layers_; }
  std::size_t num_slots() const { return num_slots_; }
  /// Returns whether each type occurs after position 0, so that it has a mean n. [T]
  std::vector<bool> HasLogNorm() const { return log_norms_.Present(); }
  /// Means per type, [T]; NaN for a type without an occurrence. LogNorms is all NaN in a layer in
  /// which some n is NaN.
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
  std::vector<double> CentredColumnScores(std::size_t layer_idx, std::size_t slot) const {
    return scores_.Means(RowScore(layer_idx, slot) + 2);
  }

 private:
  // The index of the row means in scores_; the column means and those of row-centred scores follow.
  std::size_t RowScore(std::size_t layer_idx, std::size_t slot) const {
    return 3 * (layer_idx * num_slots_ + slot);
  }

  TypeIndex types_;
  std::vector<int> layers_;
  std::size_t num_slots_;
  TypeSums log_norms_;             // [layers]
  std::vector<bool> lacks_norms_;  // [layers]: an n that takes part is NaN
  TypeSums scores_;                // [layers, slots, row, column or centred column]
};

/// Returns the rows of the measures over types, each with the methods "pearson" and "spearman",
/// with p, interval and q. `counts` becomes Correlation::counts. It needs 2.5 kB per type and
/// 0.8 kB per type and thread, whatever the number of layers and heads.
std::vector<Correlation> TypeCorrelations(const TypeValues& values, CountSource counts,
                                          const ResamplingOptions& resampling);

/// Sets type_estimate, type_p and type_q of the slopes that have a TypeMeasure. `correlations` are
/// those that TypeCorrelations computed from the same values.
void SetTypeSlopes(const TypeValues& values, std::span<const Correlation> correlations,
                   std::vector<Slope>& slopes);

/// Returns the rows of types.parquet, layer by layer and in each layer by id. `token_counts` is c
/// by token id.
std::vector<TypeRow> TypeRows(const TypeValues& values,
                              std::span<const std::uint64_t> token_counts);

}  // namespace zipflens
