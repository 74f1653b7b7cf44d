// The correlations of a study in two disjoint halves of its documents.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "zipflens/analysis/control_rows.h"
#include "zipflens/analysis/pair_numbers.h"
#include "zipflens/analysis/type_halves.h"
#include "zipflens/stats/correlation.h"

namespace zipflens {

/// Computes the pair-level measures of one layer and head in the halves. Thread-safe.
HalfEstimates PairLevelHalves(const PairContext& context, int layer, int head,
                              const HeadSummaries& summaries);

/// Computes log_norm in the halves. `moments`: [layers][sequences].
HalfEstimates LogNormHalves(std::span<const std::vector<PairMoments>> moments,
                            std::span<const int> layers);

/// Returns a row for each correlation over all sequences that was computed in the halves, in the
/// order of `correlations`.
std::vector<Replication> MakeReplication(std::span<const Correlation> correlations,
                                         std::span<const HalfEstimates> halves);

}  // namespace zipflens
