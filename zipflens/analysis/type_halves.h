// TypeHalves: the type-level correlations of a study in two disjoint halves of its documents.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "zipflens/analysis/batch_frequency.h"
#include "zipflens/analysis/type_numbers.h"

namespace zipflens {

/// Rows of each half, of which only measure, layer, head, method and estimate are used. A sequence
/// belongs to half `sequence number % 2`. Every sequence has a document of its own, so the halves
/// share none.
inline constexpr std::size_t kHalves = 2;
using HalfEstimates = std::array<std::vector<Correlation>, kHalves>;

/// Gathers the type-level measures of the halves, for the mean over heads.
class TypeHalves {
 public:
  /// `frequency` belongs to the batch.
  TypeHalves(const Batch& batch, const BatchFrequency& frequency, const std::vector<int>& layers);

  /// Adds a sequence. `log_norms`: n, [layers, S]; `scores`: [layers, num_slots], slot 0 is Z.
  void Add(std::size_t sequence_idx, std::span<const std::int32_t> token_ids,
           std::span<const double> log_proportions, std::span<const float> log_norms,
           std::span<const ScoreSummary> scores, std::size_t num_slots);

  HalfEstimates Estimates() const;

 private:
  std::vector<TypeValues> halves_;  // [2]
};

}  // namespace zipflens
