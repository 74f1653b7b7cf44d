// The encoder over the whole batch, one thread a sequence, reduced to what the study keeps.
#pragma once

#include <functional>
#include <vector>

#include "zipflens/base/progress.h"
#include "zipflens/model/encoder.h"
#include "zipflens/probes/score_profile_probe.h"
#include "zipflens/stats/pair_bins.h"
#include "zipflens/study/corpus_pass.h"

namespace zipflens {

/// What remains of one sequence after its forward pass.
struct SequenceSummary {
  std::vector<float> log_norms;        // n, [layers, S]
  std::vector<ScoreProfile> profiles;  // [layers]
  PairBins bins;                       // of this sequence, shared by all layers
};

/// Runs every sequence of the batch on `num_threads` threads and hands each summary to `consume`,
/// in sequence order, one at a time. `log_proportions`: a, [B, S]. At most 2 summaries a thread
/// wait.
void EncodeBatch(const Encoder& encoder, const Batch& batch,
                 const std::vector<double>& log_proportions, const std::vector<int>& layers,
                 int num_bins, int num_threads,
                 const std::function<void(int sequence_idx, SequenceSummary&& summary)>& consume,
                 ProgressObserver* observer);

}  // namespace zipflens
