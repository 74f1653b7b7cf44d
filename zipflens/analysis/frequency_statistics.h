// Everything a study says about one source of frequency, gathered a sequence at a time: the
// notebook's numbers (docs/analysis.md, parts 4 to 6) and what stands beside them
// (docs/statistics.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "zipflens/analysis/encode_stage.h"
#include "zipflens/analysis/findings.h"
#include "zipflens/analysis/score_scratch.h"
#include "zipflens/analysis/type_numbers.h"
#include "zipflens/base/progress.h"
#include "zipflens/stats/correlation.h"
#include "zipflens/stats/resampling.h"

namespace zipflens {

/// A layer's profile with the scores it is of.
struct AveragedProfile {
  int head = -1;  // -1: the mean over heads
  Response scores = Response::kScore;
  LayerProfile profile;
};

struct FrequencyResults {
  Findings findings;
  std::vector<AveragedProfile> profiles;     // over the sequences that have all bins
  std::vector<std::uint64_t> pairs_per_bin;  // in each bin, over the same sequences
  std::vector<int> merged_sequences;         // with fewer bins than asked for: in no average
  std::uint64_t empty_bins = 0;              // (sequence, bin) without a pair
};

/// What to compute, and the name of the counts that it is computed with.
struct FrequencyOptions {
  std::vector<int> layers;
  int num_heads = 0;
  int num_bins = 0;
  CountSource counts = CountSource::kCorpus;
  ResamplingOptions resampling;
};

/// Takes summaries in sequence order. Memory grows with the number of sequences by their design
/// sums and the notebook's correlations of each; the rest waits in a scratch file.
class FrequencyStatistics {
 public:
  /// `batch` and `frequency` must outlive it. `scratch`: a file to make, removed at the end.
  FrequencyStatistics(FrequencyOptions options, const Batch& batch, const BatchFrequency& frequency,
                      const std::filesystem::path& scratch);

  /// `scores`: of this source of frequency, in `summary`.
  void Add(int sequence_idx, const SequenceSummary& summary, const FrequencySummary& scores);

  /// Once, after all sequences. `counts`: c by token id.
  FrequencyResults Finish(std::span<const std::uint64_t> counts, ProgressObserver* observer);

 private:
  void AddBins(int sequence_idx, const FrequencySummary& scores);
  void AddLogNorms(int sequence_idx, std::span<const float> log_norms);

  std::size_t num_slots() const { return static_cast<std::size_t>(options_.num_heads) + 1; }

  FrequencyOptions options_;
  const Batch& batch_;
  const BatchFrequency& frequency_;
  TypeValues type_values_;
  ScoreScratch scratch_;
  std::vector<DesignSums> designs_;                  // [sequences]
  std::vector<double> centres_;                      // [sequences, num_bins]; NaN: empty or merged
  std::vector<std::vector<PairMoments>> log_norms_;  // [layers][sequences]
  std::vector<Correlation> by_sequence_;
  std::vector<std::uint64_t> pairs_per_bin_;
  std::vector<int> merged_sequences_;
  std::uint64_t empty_bins_ = 0;
};

}  // namespace zipflens
