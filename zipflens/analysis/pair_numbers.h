// ComputePairNumbers: the pair-level results of one layer and head: profiles, correlations, shares
// of variance explained, slopes and the split of the variance.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "zipflens/analysis/findings.h"
#include "zipflens/analysis/frequency_statistics.h"
#include "zipflens/analysis/score_scratch.h"
#include "zipflens/stats/pair_regression.h"

namespace zipflens {

/// The input that all layers and heads share.
struct PairContext {
  std::span<const DesignSums> designs;  // [sequences]
  std::span<const double>
      centres;  // [sequences, num_bins]; NaN for empty bins and merged sequences
  std::span<const std::size_t> merged_sequences;
  std::size_t num_bins = 0;
  const PairRegression& raw_regression;
  const PairRegression& centred_regression;
  CountSource counts = CountSource::kCorpus;
  double confidence = 0.95;  // of the intervals over sequences
};

struct PairNumbers {
  std::vector<Correlation> correlations;  // bin_mean, bin_std, bin_mean_row_centred, pair, ...
  std::vector<Slope> slopes;              // with their family; q is NaN until AdjustByFamily
  std::vector<Explained> explained;
  std::vector<SplitShare> splits;
  std::vector<AveragedProfile> profiles;  // of raw scores and of row-centred scores
  HalfEstimates halves;                   // of `correlations`, if asked for (replication.h)
};

/// Computes the numbers of one layer and head; `head` is -1 for the mean over heads. Thread-safe.
PairNumbers ComputePairNumbers(const PairContext& context, int layer, int head,
                               const HeadSummaries& summaries);

}  // namespace zipflens
