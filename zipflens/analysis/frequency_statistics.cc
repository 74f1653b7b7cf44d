#include "zipflens/analysis/frequency_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "zipflens/analysis/family_adjustment.h"
#include "zipflens/analysis/pair_numbers.h"
#include "zipflens/analysis/replication.h"
#include "zipflens/analysis/token_properties.h"
#include "zipflens/analysis/type_numbers.h"
#include "zipflens/base/parallel.h"
#include "zipflens/stats/sequence_jackknife.h"

namespace zipflens {
namespace {

// The pair-level measures, in the order of the table.
constexpr std::array<Measure, 5> kPairMeasures = {Measure::kBinMean, Measure::kBinStd,
                                                  Measure::kBinMeanRowCentred, Measure::kPair,
                                                  Measure::kPairRowCentred};

void AppendMeasure(const std::vector<Correlation>& from, Measure measure,
                   std::vector<Correlation>& to) {
  std::copy_if(from.begin(), from.end(), std::back_inserter(to),
               [measure](const Correlation& row) { return row.measure == measure; });
}

template <typename T>
void AppendAll(std::vector<T>& from, std::vector<T>& to) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

FrequencyStatistics::FrequencyStatistics(FrequencyOptions options, const Batch& batch,
                                         const BatchFrequency& frequency,
                                         const std::filesystem::path& scratch)
    : options_(std::move(options)),
      batch_(batch),
      frequency_(frequency),
      type_values_(TypeIndex(batch.token_ids, frequency.log_proportions), options_.layers,
                   num_slots()),
      scratch_(scratch, options_.layers.size() * num_slots(), batch.num_sequences,
               options_.num_bins),
      log_norms_(options_.layers.size()),
      pairs_per_bin_(options_.num_bins, 0) {
  if (options_.controls) type_halves_.emplace(batch, frequency, options_.layers);
}

void FrequencyStatistics::Add(std::size_t sequence_idx, const SequenceSummary& summary,
                              const FrequencySummary& scores) {
  designs_.push_back(scores.design);
  AddBins(sequence_idx, scores);
  for (std::size_t slot = 0; slot < scores.scores.size(); ++slot) {
    scratch_.Write(slot, sequence_idx, scores.scores[slot]);
  }
  AddLogNorms(sequence_idx, summary.log_norms);
  const auto types =
      type_values_.TypesOf(batch_.Sequence(sequence_idx), frequency_.Sequence(sequence_idx));
  type_values_.Add(types, summary.log_norms, scores.scores);
  if (!type_halves_) return;
  type_halves_->Add(sequence_idx, batch_.Sequence(sequence_idx), frequency_.Sequence(sequence_idx),
                    summary.log_norms, scores.scores, num_slots());
}

void FrequencyStatistics::AddBins(std::size_t sequence_idx, const FrequencySummary& scores) {
  const PairBins& bins = scores.bins;
  const bool complete = bins.num_bins() == options_.num_bins;
  if (!complete) merged_sequences_.push_back(sequence_idx);
  std::vector<double> centres = bins.Centres();
  for (std::size_t bin = 0; bin < bins.num_bins(); ++bin) {
    if (complete) pairs_per_bin_[bin] += bins.pairs_per_bin()[bin];
    if (bins.pairs_per_bin()[bin] > 0) continue;
    ++empty_bins_;
    centres[bin] = kNoValue;  // an empty bin is not a point
  }
  for (std::size_t layer_idx = 0; layer_idx < options_.layers.size(); ++layer_idx) {
    const ScoreSummary& mean_scores = scores.scores[layer_idx * num_slots()];
    const auto add = [&](Measure measure, const std::vector<double>& values) {
      const PairMoments moments = PairMoments::Of(centres, values);
      by_sequence_.push_back({.measure = measure,
                              .layer = options_.layers[layer_idx],
                              .sequence = static_cast<int>(sequence_idx),
                              .estimate = moments.Correlation(),
                              .n = moments.n,
                              .method = CorrelationMethod::kPearson,
                              .counts = options_.counts});
    };
    add(Measure::kBinMean, mean_scores.bins.mean);
    add(Measure::kBinStd, mean_scores.bins.std);
    add(Measure::kBinMeanRowCentred, mean_scores.centred_bins.mean);
  }
  if (!complete) centres.assign(options_.num_bins, kNoValue);
  centres_.insert(centres_.end(), centres.begin(), centres.end());
}

// Part 4 leaves position 0 out.
void FrequencyStatistics::AddLogNorms(std::size_t sequence_idx, std::span<const float> log_norms) {
  const auto a = frequency_.Sequence(sequence_idx);
  for (std::size_t layer_idx = 0; layer_idx < options_.layers.size(); ++layer_idx) {
    const auto norms = log_norms.subspan(layer_idx * a.size() + 1, a.size() - 1);
    log_norms_[layer_idx].push_back(
        PairMoments::Of(a.subspan(1), std::vector<double>(norms.begin(), norms.end())));
  }
}

FrequencyResults FrequencyStatistics::Finish(std::span<const std::uint64_t> counts,
                                             const std::vector<std::string>& tokens,
                                             ProgressObserver* observer) {
  FrequencyResults results;
  results.pairs_per_bin = pairs_per_bin_;
  results.merged_sequences = merged_sequences_;
  results.empty_bins = empty_bins_;
  for (std::size_t layer_idx = 0; layer_idx < options_.layers.size(); ++layer_idx) {
    PairMoments all;
    for (const PairMoments& sequence : log_norms_[layer_idx]) all.Merge(sequence);
    const Interval interval =
        PooledCorrelationInterval(log_norms_[layer_idx], options_.resampling.confidence);
    results.findings.correlations.push_back({.measure = Measure::kLogNorm,
                                             .layer = options_.layers[layer_idx],
                                             .estimate = all.Correlation(),
                                             .lower = interval.lower,
                                             .upper = interval.upper,
                                             .n = all.n,
                                             .method = CorrelationMethod::kPearson,
                                             .counts = options_.counts});
  }

  const PairRegression raw(designs_, Response::kScore);
  const PairRegression centred(designs_, Response::kRowCentredScore);
  const PairContext context{designs_, centres_, merged_sequences_, options_.num_bins,
                            raw,      centred,  options_.counts,   options_.resampling.confidence};
  const std::size_t num_items = options_.layers.size() * num_slots();
  std::vector<Correlation> pair_rows;
  std::vector<HalfEstimates> halves;
  ProduceInParallelConsumeInOrder<PairNumbers>(
      num_items, std::min(options_.resampling.num_threads, num_items),
      [&](std::size_t item_idx, std::size_t) {
        const int layer = options_.layers[item_idx / num_slots()];
        const int head = HeadOfSlot(item_idx % num_slots());
        const HeadSummaries summaries = scratch_.Read(item_idx);
        PairNumbers numbers = ComputePairNumbers(context, layer, head, summaries);
        if (options_.controls) numbers.halves = PairLevelHalves(context, layer, head, summaries);
        return numbers;
      },
      [&](std::size_t item_idx, PairNumbers&& numbers) {
        AppendAll(numbers.correlations, pair_rows);
        AppendAll(numbers.slopes, results.findings.slopes);
        AppendAll(numbers.explained, results.findings.explained);
        AppendAll(numbers.splits, results.findings.splits);
        AppendAll(numbers.profiles, results.profiles);
        halves.push_back(std::move(numbers.halves));
        if (observer != nullptr) {
          observer->OnProgress({"statistics", item_idx + 1, num_items, "layers x heads", ""});
        }
      });
  AdjustByFamily(&Slope::cluster_p, &Slope::cluster_q, results.findings.slopes);
  for (Measure measure : kPairMeasures)
    AppendMeasure(pair_rows, measure, results.findings.correlations);

  std::vector<Correlation> type_rows =
      TypeCorrelations(type_values_, options_.counts, options_.resampling);
  SetTypeSlopes(type_values_, type_rows, results.findings.slopes);
  AppendAll(type_rows, results.findings.correlations);
  if (options_.controls) {
    halves.push_back(LogNormHalves(log_norms_, options_.layers));
    halves.push_back(type_halves_->Estimates());
    results.replication = MakeReplication(results.findings.correlations, halves);
    results.partial = PartialCorrelations(type_values_, options_.layers, tokens, options_.counts,
                                          options_.resampling);
  }
  AppendAll(by_sequence_, results.findings.correlations);
  by_sequence_ = {};
  results.findings.types = TypeRows(type_values_, counts);
  return results;
}

}  // namespace zipflens
