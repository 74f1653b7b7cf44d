#include "zipflens/analysis/null_draws.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <tuple>
#include <utility>

#include "zipflens/kernels/statistics/counter_random.h"
#include "zipflens/stats/quantiles.h"

namespace zipflens {
namespace {

// Measure, layer, sequence, method.
using Key = std::tuple<Measure, int, int, CorrelationMethod>;

NullTest TestOf(const Correlation& row, std::vector<double> draws) {
  NullTest test{.measure = row.measure,
                .layer = row.layer,
                .sequence = row.sequence,
                .method = row.method,
                .estimate = row.estimate};
  std::erase_if(draws, [](double r) { return std::isnan(r); });
  test.draws = draws.size();
  if (draws.empty()) return test;
  const auto num = static_cast<double>(draws.size());
  test.mean = std::accumulate(draws.begin(), draws.end(), 0.0) / num;
  double squares = 0;
  std::size_t num_extreme = 0;
  for (const double r : draws) {
    squares += (r - test.mean) * (r - test.mean);
    if (std::abs(r) >= std::abs(row.estimate) * (1 - 1e-12)) ++num_extreme;
  }
  if (draws.size() > 1) test.std = std::sqrt(squares / (num - 1));
  if (draws.size() >= kFewestNullDraws && !std::isnan(row.estimate)) {
    test.p = static_cast<double>(1 + num_extreme) / (1 + num);
  }
  const Interval central = PercentileInterval(draws, 0.95);
  if (test.draws > 1) {
    test.lower = central.lower;
    test.upper = central.upper;
  }
  return test;
}

}  // namespace

BatchFrequency PermutedFrequency(const Batch& batch, const BatchFrequency& frequency,
                                 std::uint64_t seed, std::uint64_t draw) {
  std::map<std::int32_t, std::uint32_t> index_of;  // by id, ascending
  std::vector<double> a;
  for (std::size_t place = 0; place < batch.token_ids.size(); ++place) {
    if (!std::isnan(frequency.log_proportions[place])) index_of.emplace(batch.token_ids[place], 0);
  }
  for (auto& [id, index] : index_of) {
    index = static_cast<std::uint32_t>(a.size());
    a.push_back(0);
  }
  for (std::size_t place = 0; place < batch.token_ids.size(); ++place) {
    const double value = frequency.log_proportions[place];
    if (!std::isnan(value)) a[index_of.at(batch.token_ids[place])] = value;
  }
  std::vector<std::uint32_t> order(a.size());
  std::iota(order.begin(), order.end(), 0U);
  CounterRandom random(seed, RandomPurpose::kPermutedFrequencies, draw);
  ShuffleInPlace(order, random);
  BatchFrequency permuted = frequency;
  for (std::size_t place = 0; place < batch.token_ids.size(); ++place) {
    double& value = permuted.log_proportions[place];
    if (!std::isnan(value)) value = a[order[index_of.at(batch.token_ids[place])]];
  }
  return permuted;
}

std::vector<NullDraw> CorrelationsOfDraws(EncodeInput input,
                                          std::span<const CountedFrequency> sources,
                                          std::uint64_t first_draw,
                                          const std::filesystem::path& scratch,
                                          ProgressObserver* observer) {
  input.heads = false;
  input.frequencies.clear();
  std::vector<std::unique_ptr<FrequencyStatistics>> statistics;
  for (const CountedFrequency& source : sources) {
    input.frequencies.push_back(&source.frequency);
    statistics.push_back(std::make_unique<FrequencyStatistics>(
        FrequencyOptions{.layers = input.layers,
                         .num_heads = 0,
                         .num_bins = input.num_bins,
                         .counts = source.counts,
                         .resampling = {.permutations = 0, .resamples = 0},
                         .controls = false},
        input.batch, source.frequency,
        scratch / fmt::format("draw.{}.scratch", statistics.size())));
  }
  EncodeBatch(
      input,
      [&](auto sequence_idx, SequenceSummary&& summary) {
        for (std::size_t k = 0; k < statistics.size(); ++k) {
          statistics[k]->Add(sequence_idx, summary, summary.by_frequency[k]);
        }
      },
      observer);
  std::vector<NullDraw> draws;
  for (std::size_t k = 0; k < statistics.size(); ++k) {
    const FrequencyResults results =
        statistics[k]->Finish(sources[k].token_counts.counts, /*tokens=*/{}, /*observer=*/nullptr);
    const std::vector<NullDraw> rows = DrawsOf(results.findings.correlations, first_draw + k);
    draws.insert(draws.end(), rows.begin(), rows.end());
  }
  return draws;
}

std::vector<NullDraw> DrawsOf(std::span<const Correlation> correlations, std::uint64_t draw) {
  std::vector<NullDraw> rows;
  for (const Correlation& row : correlations) {
    if (row.head != -1) continue;
    rows.push_back({.draw = draw,
                    .measure = row.measure,
                    .layer = row.layer,
                    .sequence = row.sequence,
                    .method = row.method,
                    .estimate = row.estimate});
  }
  return rows;
}

std::vector<NullTest> NullTests(std::span<const Correlation> correlations,
                                std::span<const NullDraw> draws) {
  std::map<Key, std::vector<double>> by_key;
  for (const NullDraw& row : draws) {
    by_key[{row.measure, row.layer, row.sequence, row.method}].push_back(row.estimate);
  }
  std::vector<NullTest> tests;
  for (const Correlation& row : correlations) {
    if (row.head != -1) continue;
    const auto found = by_key.find({row.measure, row.layer, row.sequence, row.method});
    if (found != by_key.end()) tests.push_back(TestOf(row, found->second));
  }
  return tests;
}

}  // namespace zipflens
