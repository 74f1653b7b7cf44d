#include "zipflens/study/notebook_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace zipflens {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Correlation MakeCorrelation(std::string measure, int layer, int sequence_idx,
                            const PairMoments& moments) {
  return {.measure = std::move(measure),
          .layer = layer,
          .head = -1,
          .sequence = sequence_idx,
          .estimate = moments.Correlation(),
          .n = moments.n,
          .method = "pearson"};
}

}  // namespace

NotebookStatistics::NotebookStatistics(std::vector<int> layers, int num_bins)
    : layers_(std::move(layers)),
      num_bins_(num_bins),
      pair_counts_(static_cast<std::size_t>(num_bins), 0) {
  const auto size = static_cast<std::size_t>(num_bins);
  states_.resize(
      layers_.size(),
      LayerState{{}, ProfileAverage(size), ProfileAverage(size), ProfileAverage(size), {}});
}

void NotebookStatistics::Add(int sequence_idx, const SequenceSummary& summary,
                             std::span<const double> log_proportions) {
  const PairBins& bins = summary.bins;
  const bool complete = bins.num_bins() == static_cast<std::size_t>(num_bins_);
  if (!complete) merged_sequences_.push_back(sequence_idx);
  std::vector<double> centres = bins.Centres();
  for (std::size_t bin = 0; bin < bins.num_bins(); ++bin) {
    if (complete) pair_counts_[bin] += bins.pair_counts()[bin];
    if (bins.pair_counts()[bin] > 0) continue;
    ++empty_bins_;
    centres[bin] = kNone;  // without a mean there is no point, so no centre either
  }

  const std::size_t length = log_proportions.size();
  for (std::size_t layer_idx = 0; layer_idx < layers_.size(); ++layer_idx) {
    LayerState& state = states_[layer_idx];
    const auto norms = std::span(summary.log_norms).subspan(layer_idx * length, length);
    const std::vector<double> y(norms.begin() + 1, norms.end());
    state.log_norm.Merge(PairMoments::Of(log_proportions.subspan(1), y));

    const BinMoments& profile = summary.profiles[layer_idx].bins;
    const int layer = layers_[layer_idx];
    state.by_sequence.push_back(
        MakeCorrelation("bin_mean", layer, sequence_idx, PairMoments::Of(centres, profile.mean)));
    state.by_sequence.push_back(
        MakeCorrelation("bin_std", layer, sequence_idx, PairMoments::Of(centres, profile.std)));
    if (!complete) continue;
    state.centre.Add(centres);
    state.mean.Add(profile.mean);
    state.std.Add(profile.std);
  }
}

std::vector<LayerProfile> NotebookStatistics::Averages() const {
  std::vector<LayerProfile> averages;
  for (std::size_t layer_idx = 0; layer_idx < layers_.size(); ++layer_idx) {
    const LayerState& state = states_[layer_idx];
    averages.push_back({.layer = layers_[layer_idx],
                        .centre = state.centre.Average(),
                        .mean = state.mean.Average(),
                        .std = state.std.Average()});
  }
  return averages;
}

std::vector<Correlation> NotebookStatistics::Correlations() const {
  std::vector<Correlation> rows;
  for (std::size_t layer_idx = 0; layer_idx < layers_.size(); ++layer_idx) {
    rows.push_back(
        MakeCorrelation("log_norm", layers_[layer_idx], -1, states_[layer_idx].log_norm));
  }
  const std::vector<LayerProfile> averages = Averages();
  for (const LayerProfile& average : averages) {
    rows.push_back(MakeCorrelation("bin_mean", average.layer, -1,
                                   PairMoments::Of(average.centre, average.mean)));
  }
  for (const LayerProfile& average : averages) {
    rows.push_back(MakeCorrelation("bin_std", average.layer, -1,
                                   PairMoments::Of(average.centre, average.std)));
  }
  for (const LayerState& state : states_) {
    rows.insert(rows.end(), state.by_sequence.begin(), state.by_sequence.end());
  }
  return rows;
}

}  // namespace zipflens
