// The notebook's numbers, gathered a sequence at a time (analysis.md, parts 4 to 6).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "zipflens/stats/correlation.h"
#include "zipflens/stats/profile_average.h"
#include "zipflens/study/encode_stage.h"
#include "zipflens/study/study_result.h"

namespace zipflens {

/// Takes summaries in sequence order and keeps what the batch's correlations and averages need:
/// memory grows with the number of sequences only by their own correlations.
class NotebookStatistics {
 public:
  NotebookStatistics(std::vector<int> layers, int num_bins);

  /// `log_proportions`: a of the sequence, [S]. Position 0 takes no part in log_norm.
  void Add(int sequence_idx, const SequenceSummary& summary,
           std::span<const double> log_proportions);

  /// log_norm by layer; bin_mean and bin_std by layer (over the averages); then both by layer and
  /// sequence (over that sequence's bins).
  std::vector<Correlation> Correlations() const;

  /// Averages over the sequences that have all bins, by layer.
  std::vector<LayerProfile> Averages() const;
  /// Pairs in each bin, over the same sequences, [num_bins].
  const std::vector<std::uint64_t>& pair_counts() const { return pair_counts_; }

  /// Sequences with fewer bins than asked for: in no average.
  const std::vector<int>& merged_sequences() const { return merged_sequences_; }
  /// (sequence, bin) without a pair.
  std::uint64_t empty_bins() const { return empty_bins_; }

 private:
  struct LayerState {
    PairMoments log_norm;
    ProfileAverage centre;
    ProfileAverage mean;
    ProfileAverage std;
    std::vector<Correlation> by_sequence;
  };

  std::vector<int> layers_;
  int num_bins_;
  std::vector<LayerState> states_;  // [layers]
  std::vector<std::uint64_t> pair_counts_;
  std::vector<int> merged_sequences_;
  std::uint64_t empty_bins_ = 0;
};

}  // namespace zipflens
