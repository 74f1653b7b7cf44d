#include "zipflens/analysis/encode_stage.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "zipflens/base/numbers.h"
#include "zipflens/base/parallel.h"
#include "zipflens/probes/adjustment_norm_probe.h"
#include "zipflens/probes/probe_set.h"
#include "zipflens/probes/score_sample_probe.h"

namespace zipflens {
namespace {

/// What one thread needs for its forward passes. It is constructed in that thread.
class EncodeWorker {
 public:
  explicit EncodeWorker(const EncodeInput& input)
      : encoder_(input.encoder),
        samples_(input.layers),
        norms_(input.layers),
        scores_(ScoreProbes(input)),
        probes_(Listeners(), encoder_.shape()),
        plan_(encoder_.MakePlan(probes_)),
        workspace_(encoder_.MakeWorkspace(input.batch.sequence_length)) {}

  SequenceSummary Run(std::size_t sequence_idx, std::span<const std::int32_t> encoder_ids,
                      std::vector<PairLayout> layouts) {
    samples_.BeginSequence(sequence_idx);
    norms_.BeginSequence(sequence_idx);
    for (std::size_t i = 0; i < scores_.size(); ++i) {
      scores_[i].BeginSequence(sequence_idx, std::move(layouts[i]));
    }
    encoder_.Forward(encoder_ids, *plan_, *workspace_, probes_);
    SequenceSummary summary{norms_.TakeLogNorms(), samples_.TakeSamples(), {}};
    for (HeadStatisticsProbe& probe : scores_) summary.by_frequency.push_back(probe.TakeSummary());
    return summary;
  }

 private:
  static std::vector<HeadStatisticsProbe> ScoreProbes(const EncodeInput& input) {
    std::vector<HeadStatisticsProbe> probes;
    for (std::size_t i = 0; i < input.frequencies.size(); ++i) {
      using Scores = HeadStatisticsProbe::Scores;
      probes.emplace_back(input.layers, input.heads ? input.encoder.shape().num_heads : 0,
                          i == 0 ? Scores::kRows : Scores::kMatrices);
    }
    return probes;
  }

  std::vector<Probe*> Listeners() {
    std::vector<Probe*> listeners = {&samples_, &norms_};
    for (HeadStatisticsProbe& probe : scores_) listeners.push_back(&probe);
    return listeners;
  }

  const Encoder& encoder_;
  ScoreSampleProbe samples_;
  AdjustmentNormProbe norms_;
  std::vector<HeadStatisticsProbe> scores_;  // one per source of frequency
  ProbeSet probes_;
  std::shared_ptr<const ForwardPlan> plan_;
  std::shared_ptr<Workspace> workspace_;
};

// Returns the mean over the tokens that take part, or 0 if there is none.
double MeanLogProportion(const BatchFrequency& frequency) {
  double sum = 0;
  std::size_t num = 0;
  for (const double a : frequency.log_proportions) {
    if (std::isnan(a)) continue;
    sum += a;
    ++num;
  }
  return num > 0 ? sum / Real(num) : 0;
}

}  // namespace

void EncodeBatch(const EncodeInput& input,
                 const std::function<void(std::size_t, SequenceSummary&&)>& consume,
                 ProgressObserver* observer) {
  const Batch& batch = input.batch;
  const std::size_t num_sequences = batch.num_sequences;
  std::vector<std::unique_ptr<EncodeWorker>> workers(std::min(input.num_threads, num_sequences));
  std::vector<double> batch_means;
  for (const BatchFrequency* frequency : input.frequencies) {
    batch_means.push_back(MeanLogProportion(*frequency));
  }

  ProduceInParallelConsumeInOrder<SequenceSummary>(
      num_sequences, workers.size(),
      [&](std::size_t sequence_idx, std::size_t worker_idx) {
        auto& worker = workers[worker_idx];
        if (!worker) worker = std::make_unique<EncodeWorker>(input);
        const auto token_ids = batch.Sequence(sequence_idx);
        std::vector<std::uint8_t> special;
        special.reserve(token_ids.size());
        for (const std::int32_t id : token_ids) special.push_back(input.special[id]);
        std::vector<PairLayout> layouts;
        for (std::size_t i = 0; i < batch_means.size(); ++i) {
          const auto a = input.frequencies[i]->Sequence(sequence_idx);
          layouts.emplace_back(PairDesign(a, token_ids, special, batch_means[i]),
                               PairBins(a, input.num_bins));
        }
        return worker->Run(sequence_idx, input.encoder_ids.RowSpan(sequence_idx),
                           std::move(layouts));
      },
      [&](std::size_t sequence_idx, SequenceSummary&& summary) {
        consume(sequence_idx, std::move(summary));
        if (observer != nullptr) {
          observer->OnProgress({"encode", sequence_idx + 1, num_sequences, "sequences", ""});
        }
      });
}

}  // namespace zipflens
