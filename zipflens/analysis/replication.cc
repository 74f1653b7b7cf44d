#include "zipflens/analysis/replication.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "zipflens/stats/pair_estimates.h"
#include "zipflens/stats/profile_average.h"

namespace zipflens {
namespace {

// The average over the sequences of one half that have all bins. `values`: [sequences, num_bins].
std::vector<double> HalfAverage(const PairContext& context, std::span<const double> values,
                                std::size_t half) {
  ProfileAverage average(context.num_bins);
  for (std::size_t s = half; s < context.designs.size(); s += kHalves) {
    const bool is_merged =
        std::any_of(context.merged_sequences.begin(), context.merged_sequences.end(),
                    [s](auto merged) { return static_cast<std::size_t>(merged) == s; });
    if (!is_merged) average.Add(values.subspan(s * context.num_bins, context.num_bins));
  }
  return average.Average();
}

}  // namespace

HalfEstimates PairLevelHalves(const PairContext& context, int layer, int head,
                              const HeadSummaries& summaries) {
  HalfEstimates halves;
  for (std::size_t half = 0; half < kHalves; ++half) {
    const auto add = [&](Measure measure, double estimate) {
      halves[half].push_back(
          {.measure = measure, .layer = layer, .head = head, .estimate = estimate});
    };
    const std::vector<double> centre = HalfAverage(context, context.centres, half);
    const auto add_bins = [&](Measure measure, std::span<const double> values) {
      add(measure, PearsonCorrelation(centre, HalfAverage(context, values, half)));
    };
    add_bins(Measure::kBinMean, summaries.mean);
    add_bins(Measure::kBinStd, summaries.std);
    add_bins(Measure::kBinMeanRowCentred, summaries.centred_mean);
    const auto add_pairs = [&](Measure measure, Response response) {
      PairMoments moments;
      for (std::size_t s = half; s < context.designs.size(); s += kHalves) {
        moments.Merge(PairLevelMoments(context.designs[s], summaries.sums[s], response));
      }
      add(measure, moments.Correlation());
    };
    add_pairs(Measure::kPair, Response::kScore);
    add_pairs(Measure::kPairRowCentred, Response::kRowCentredScore);
  }
  return halves;
}

HalfEstimates LogNormHalves(std::span<const std::vector<PairMoments>> moments,
                            std::span<const int> layers) {
  HalfEstimates halves;
  for (std::size_t layer_idx = 0; layer_idx < moments.size(); ++layer_idx) {
    for (std::size_t half = 0; half < kHalves; ++half) {
      PairMoments all;
      for (std::size_t s = half; s < moments[layer_idx].size(); s += kHalves) {
        all.Merge(moments[layer_idx][s]);
      }
      halves[half].push_back({.measure = Measure::kLogNorm,
                              .layer = layers[layer_idx],
                              .estimate = all.Correlation()});
    }
  }
  return halves;
}

std::vector<Replication> MakeReplication(std::span<const Correlation> correlations,
                                         std::span<const HalfEstimates> halves) {
  using Key = std::tuple<Measure, int, int, CorrelationMethod>;
  const auto key_of = [](const Correlation& row) {
    return Key(row.measure, row.layer, row.head, row.method);
  };
  std::array<std::map<Key, double>, kHalves> estimates;
  for (const HalfEstimates& some : halves) {
    for (std::size_t half = 0; half < kHalves; ++half) {
      for (const Correlation& row : some[half]) estimates[half][key_of(row)] = row.estimate;
    }
  }
  std::vector<Replication> rows;
  for (const Correlation& row : correlations) {
    const auto even = estimates[0].find(key_of(row));
    const auto odd = estimates[1].find(key_of(row));
    if (row.sequence >= 0 || even == estimates[0].end() || odd == estimates[1].end()) continue;
    rows.push_back({.measure = row.measure,
                    .layer = row.layer,
                    .head = row.head,
                    .method = row.method,
                    .whole = row.estimate,
                    .even = even->second,
                    .odd = odd->second,
                    .counts = row.counts});
  }
  return rows;
}

}  // namespace zipflens
