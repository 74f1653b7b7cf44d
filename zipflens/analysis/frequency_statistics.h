// FrequencyStatistics: all results of a study for one source of frequency, gathered sequence by
// sequence: the notebook's numbers (docs/analysis.md, parts 4 to 6) and the further statistics
// (docs/statistics.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "zipflens/analysis/control_rows.h"
#include "zipflens/analysis/encode_stage.h"
#include "zipflens/analysis/findings.h"
#include "zipflens/analysis/score_scratch.h"
#include "zipflens/analysis/type_halves.h"
#include "zipflens/analysis/type_numbers.h"
#include "zipflens/base/progress.h"
#include "zipflens/stats/correlation.h"
#include "zipflens/stats/resampling.h"

namespace zipflens {

/// A layer's profile, with the head and the kind of scores that it describes.
struct AveragedProfile {
  int head = -1;  // -1: the mean over heads
  Response scores = Response::kScore;
  LayerProfile profile;
};

struct FrequencyResults {
  Findings findings;
  std::vector<AveragedProfile> profiles;      // averages over the sequences that have all bins
  std::vector<std::uint64_t> pairs_per_bin;   // summed over the same sequences
  std::vector<std::size_t> merged_sequences;  // with fewer bins than num_bins; not averaged
  std::uint64_t empty_bins = 0;               // number of (sequence, bin) without a pair
  std::vector<Replication> replication;
  std::vector<PartialCorrelation> partial;
};

/// What is computed, and the source of the counts.
struct FrequencyOptions {
  std::vector<int> layers;
  std::size_t num_heads = 0;
  std::size_t num_bins = 0;
  CountSource counts = CountSource::kCorpus;
  ResamplingOptions resampling;
  bool controls = true;  // whether replication and partial correlations are computed
};

/// Receives the summaries of the sequences in order. For each sequence it keeps in memory the
/// design sums and the notebook's correlations; a scratch file holds the rest until Finish.
class FrequencyStatistics {
 public:
  /// `batch` and `frequency` must outlive it. `scratch` is the path of the scratch file, which the
  /// destructor removes.
  FrequencyStatistics(FrequencyOptions options, const Batch& batch, const BatchFrequency& frequency,
                      const std::filesystem::path& scratch);

  /// Adds a sequence. `scores` is the part of `summary` for this source of frequency.
  void Add(std::size_t sequence_idx, const SequenceSummary& summary,
           const FrequencySummary& scores);

  /// Computes the results. Call it once, after all sequences. `counts` is c by token id; `tokens`
  /// is the vocabulary, which only the controls need.
  FrequencyResults Finish(std::span<const std::uint64_t> counts,
                          const std::vector<std::string>& tokens, ProgressObserver* observer);

 private:
  void AddBins(std::size_t sequence_idx, const FrequencySummary& scores);
  void AddLogNorms(std::size_t sequence_idx, std::span<const float> log_norms);

  std::size_t num_slots() const { return options_.num_heads + 1; }

  FrequencyOptions options_;
  const Batch& batch_;
  const BatchFrequency& frequency_;
  TypeValues type_values_;
  std::optional<TypeHalves> type_halves_;  // with options_.controls
  ScoreScratch scratch_;
  std::vector<DesignSums> designs_;                  // [sequences]
  std::vector<double> centres_;                      // [sequences, num_bins]; NaN: empty or merged
  std::vector<std::vector<PairMoments>> log_norms_;  // [layers][sequences]
  std::vector<Correlation> by_sequence_;
  std::vector<std::uint64_t> pairs_per_bin_;
  std::vector<std::size_t> merged_sequences_;
  std::uint64_t empty_bins_ = 0;
};

}  // namespace zipflens
