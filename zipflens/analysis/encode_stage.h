// Runs the encoder over the whole batch, one thread per sequence, and reduces each pass to what the
// study keeps. docs/analysis.md defines the symbols (B, S, V, Z, n).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "zipflens/analysis/batch_frequency.h"
#include "zipflens/base/progress.h"
#include "zipflens/counting/corpus_pass.h"
#include "zipflens/model/encoder.h"
#include "zipflens/probes/head_statistics_probe.h"

namespace zipflens {

/// The input of the encode stage. Everything it refers to must outlive the stage.
struct EncodeInput {
  const Encoder& encoder;
  const Batch& batch;  // the tokens whose frequency is used
  /// The ids that the encoder reads, [B, S]: batch.token_ids, except under a null hypothesis.
  MatrixView<const std::int32_t> encoder_ids;
  /// The sources of log-proportions. Scores are computed once and related to each of them.
  std::vector<const BatchFrequency*> frequencies;
  std::span<const std::uint8_t> special;  // [V], by id: not 0 for a special token
  std::vector<int> layers;                // ascending
  bool heads = true;                      // if false, only Z is summarised, not z of each head
  std::size_t num_bins = 0;
  std::size_t num_threads = 1;
};

/// What is kept of one sequence after its forward pass.
struct SequenceSummary {
  std::vector<float> log_norms;                // n, [layers, S]
  std::vector<std::vector<float>> samples;     // [layers]: every kScoreSampleStride-th value of Z
  std::vector<FrequencySummary> by_frequency;  // in the order of EncodeInput::frequencies
};

/// Runs every sequence of the batch on `num_threads` threads and calls `consume` with each summary,
/// in sequence order, one call at a time. At most 2 summaries per thread wait for their turn.
void EncodeBatch(
    const EncodeInput& input,
    const std::function<void(std::size_t sequence_idx, SequenceSummary&& summary)>& consume,
    ProgressObserver* observer);

}  // namespace zipflens
