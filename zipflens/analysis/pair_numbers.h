// What the pairs of tokens say about one layer and head: profiles, pair-level r, slopes, split.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "zipflens/analysis/findings.h"
#include "zipflens/analysis/frequency_statistics.h"
#include "zipflens/analysis/score_scratch.h"
#include "zipflens/stats/pair_regression.h"
#include "zipflens/stats/type_association.h"

namespace zipflens {

/// What all layers and heads have in common.
struct PairContext {
  std::span<const DesignSums> designs;  // [sequences]
  std::span<const double> centres;      // [sequences, num_bins]; NaN: empty bin or merged sequence
  std::span<const int> merged_sequences;
  std::size_t num_bins = 0;
  const PairRegression& raw_regression;
  const PairRegression& centred_regression;
  CountSource counts = CountSource::kCorpus;
  ResamplingOptions resampling;  // used with one thread
};

struct PairNumbers {
  std::vector<Correlation> correlations;  // bin_mean, bin_std, bin_mean_row_centred, pair, ...
  std::vector<Slope> slopes;              // with their family; q is still NaN
  std::vector<SplitShare> splits;
  std::vector<AveragedProfile> profiles;  // raw, row-centred
};

/// Thread-safe. `head`: -1 for the mean over heads.
PairNumbers ComputePairNumbers(const PairContext& context, int layer, int head,
                               const HeadSummaries& summaries);

}  // namespace zipflens
