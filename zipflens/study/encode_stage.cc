#include "zipflens/study/encode_stage.h"

#include <algorithm>
#include <memory>

#include "zipflens/base/parallel.h"
#include "zipflens/probes/adjustment_norm_probe.h"
#include "zipflens/probes/probe_set.h"

namespace zipflens {
namespace {

/// What one thread needs for its forward passes; made in that thread.
class EncodeWorker {
 public:
  EncodeWorker(const Encoder& encoder, const std::vector<int>& layers, int sequence_length)
      : encoder_(encoder),
        scores_(layers),
        norms_(layers),
        probes_({&scores_, &norms_}, encoder.shape()),
        plan_(encoder.MakePlan(probes_)),
        workspace_(encoder.MakeWorkspace(sequence_length)) {}

  SequenceSummary Run(int sequence_idx, std::span<const std::int32_t> token_ids, PairBins bins) {
    scores_.BeginSequence(sequence_idx, &bins);
    norms_.BeginSequence(sequence_idx);
    encoder_.Forward(token_ids, *plan_, *workspace_, probes_);
    return {norms_.TakeLogNorms(), scores_.TakeProfiles(), std::move(bins)};
  }

 private:
  const Encoder& encoder_;
  ScoreProfileProbe scores_;
  AdjustmentNormProbe norms_;
  ProbeSet probes_;
  std::shared_ptr<const ForwardPlan> plan_;
  std::shared_ptr<Workspace> workspace_;
};

}  // namespace

void EncodeBatch(const Encoder& encoder, const Batch& batch,
                 const std::vector<double>& log_proportions, const std::vector<int>& layers,
                 int num_bins, int num_threads,
                 const std::function<void(int, SequenceSummary&&)>& consume,
                 ProgressObserver* observer) {
  const auto num_sequences = static_cast<std::size_t>(batch.num_sequences);
  const auto length = static_cast<std::size_t>(batch.sequence_length);
  const std::size_t num_workers = std::min(static_cast<std::size_t>(num_threads), num_sequences);
  std::vector<std::unique_ptr<EncodeWorker>> workers(num_workers);

  ProduceInParallelConsumeInOrder<SequenceSummary>(
      num_sequences, num_workers,
      [&](std::size_t item_idx, std::size_t worker_idx) {
        auto& worker = workers[worker_idx];
        if (!worker) {
          worker = std::make_unique<EncodeWorker>(encoder, layers, batch.sequence_length);
        }
        const int sequence_idx = static_cast<int>(item_idx);
        const auto a = std::span(log_proportions).subspan(item_idx * length, length);
        return worker->Run(sequence_idx, batch.Sequence(sequence_idx), PairBins(a, num_bins));
      },
      [&](std::size_t item_idx, SequenceSummary&& summary) {
        consume(static_cast<int>(item_idx), std::move(summary));
        if (observer != nullptr) {
          observer->OnProgress({"encode", item_idx + 1, num_sequences, "sequences", ""});
        }
      });
}

}  // namespace zipflens
