// The encoder over the whole batch, one thread a sequence, reduced to what the study keeps.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "zipflens/analysis/batch_frequency.h"
#include "zipflens/base/progress.h"
#include "zipflens/counting/corpus_pass.h"
#include "zipflens/model/encoder.h"
#include "zipflens/stats/pair_bins.h"
#include "zipflens/stats/pair_design.h"
#include "zipflens/stats/score_sums.h"

namespace zipflens {

/// What an encode stage reads. Everything must outlive it.
struct EncodeInput {
  const Encoder& encoder;
  const Batch& batch;  // the tokens whose frequency is related
  /// What the encoder reads in their place, [B, S]; batch.token_ids but under a null hypothesis.
  std::span<const std::int32_t> encoder_ids;
  /// The log-proportions to relate scores to; the scores are computed once for all.
  std::vector<const BatchFrequency*> frequencies;
  std::span<const std::uint8_t> special;  // by token id, [V]: not 0 for a special token
  std::vector<int> layers;                // ascending
  int num_bins = 0;
  int num_threads = 1;
};

/// What remains of one sequence's scores, related to one source of frequency.
struct FrequencySummary {
  PairBins bins;  // shared by all layers and heads
  DesignSums design;
  std::vector<ScoreSummary> scores;  // [layers, 1 + heads]: Z first
};

/// What remains of one sequence after its forward pass.
struct SequenceSummary {
  std::vector<float> log_norms;                // n, [layers, S]
  std::vector<std::vector<float>> samples;     // [layers]: every kScoreSampleStride-th of Z
  std::vector<FrequencySummary> by_frequency;  // as EncodeInput::frequencies
};

/// Runs every sequence of the batch on `num_threads` threads and hands each summary to `consume`,
/// in sequence order, one at a time. At most 2 summaries a thread wait.
void EncodeBatch(const EncodeInput& input,
                 const std::function<void(int sequence_idx, SequenceSummary&& summary)>& consume,
                 ProgressObserver* observer);

}  // namespace zipflens
