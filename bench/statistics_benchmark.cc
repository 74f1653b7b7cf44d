// The speed of the statistics: sums of every head's scores, the notebook's bins, resampling.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "zipflens/base/parallel.h"
#include "zipflens/stats/pair_estimates.h"
#include "zipflens/stats/pair_regression.h"
#include "zipflens/stats/sequence_jackknife.h"
#include "zipflens/stats/type_association.h"

namespace zipflens {
namespace {

constexpr std::size_t kLength = 512;
constexpr std::size_t kBins = 40;
constexpr std::size_t kScoreRows = 12;

// A sequence of Zipf-distributed tokens, and one score matrix, [512, 512].
struct Sequence {
  std::vector<std::int32_t> ids;
  std::vector<double> a;
  std::vector<float> z;
  std::vector<double> bias_parts;

  Sequence() {
    std::mt19937 generator(1);
    std::normal_distribution<double> normal;
    for (std::size_t i = 0; i < kLength; ++i) {
      const double u = (static_cast<double>(generator()) + 1) / 4294967297.0;
      const double rank = std::floor(std::exp(u * std::log(20'000.0)));
      ids.push_back(static_cast<std::int32_t>(rank));
      a.push_back(-2.5 - std::log(rank));
    }
    for (std::size_t i = 0; i < kLength * kLength; ++i) {
      z.push_back(static_cast<float>(normal(generator)));
    }
    for (std::size_t i = 0; i < 3 * kLength; ++i) bias_parts.push_back(normal(generator));
  }
  MatrixView<const float> Scores() const { return {z.data(), kLength, kLength}; }
  PairDesign Design() const { return {a, ids, {}, -8.0}; }
};

// The same with the bins of its pairs.
struct BinnedSequence : Sequence {
  PairBins bins{a, kBins};
  PairDesign design = Design();
  PairLayout layout{design, bins};
};

// One head: the sums of all pair statistics, and raw and row-centred bins.
void RunHeadStatistics(benchmark::State& state) {
  const BinnedSequence sequence;
  ScoreSummarizer summarizer;
  for (auto _ : state) {
    benchmark::DoNotOptimize(summarizer.Summarize(
        sequence.Scores(), {sequence.bias_parts.data(), 3, kLength}, sequence.layout));
  }
}

// The same as a study does it: strips of twelve queries' scores, which are in cache.
void RunHeadStatisticsOfRows(benchmark::State& state) {
  const BinnedSequence sequence;
  ScoreSummarizer summarizer;
  for (auto _ : state) {
    summarizer.Begin(sequence.layout);
    for (std::size_t first = 0; first < kLength; first += kScoreRows) {
      const std::size_t rows = std::min(kScoreRows, kLength - first);
      summarizer.Add({sequence.z.data(), rows, kLength});
    }
    benchmark::DoNotOptimize(summarizer.Finish({sequence.bias_parts.data(), 3, kLength}));
  }
}

// What the notebook computes with numpy and scipy: the percentiles of one sequence, then bin means
// and standard deviations of `layers` layers. Here they come with all other sums.
void RunNotebookStatistics(benchmark::State& state, int layers) {
  const Sequence sequence;
  ScoreSummarizer summarizer;
  for (auto _ : state) {
    const PairBins bins(sequence.a, kBins);
    const PairDesign design = sequence.Design();
    const PairLayout layout(design, bins);
    for (int layer = 0; layer < layers; ++layer) {
      benchmark::DoNotOptimize(summarizer.Summarize(sequence.Scores(), {}, layout));
    }
  }
}

// What a sequence costs once, whatever the number of layers and heads.
void RunPairBins(benchmark::State& state) {
  const Sequence sequence;
  for (auto _ : state) benchmark::DoNotOptimize(PairBins(sequence.a, kBins));
}

void RunPairDesign(benchmark::State& state) {
  const Sequence sequence;
  for (auto _ : state) benchmark::DoNotOptimize(sequence.Design().sums());
}

void RunPairLayout(benchmark::State& state) {
  const Sequence sequence;
  const PairBins bins(sequence.a, kBins);
  const PairDesign design = sequence.Design();
  for (auto _ : state) benchmark::DoNotOptimize(PairLayout(design, bins));
}

// The size of the demo: 6,000 types; n of 6 layers, and row and column scores of 6 layers x 13.
void RunTypeAssociations(benchmark::State& state, std::size_t permutations, std::size_t resamples) {
  constexpr std::size_t kTypes = 6000;
  constexpr std::size_t kQuantities = 6 + 2 * 6 * 13;
  std::mt19937 generator(2);
  std::normal_distribution<double> normal;
  std::vector<double> a(kTypes);
  std::vector<double> values(kQuantities * kTypes);
  for (double& value : a) value = -std::floor(12 * std::abs(normal(generator)));
  for (double& value : values) value = normal(generator);
  const ResamplingOptions options{
      .permutations = permutations, .resamples = resamples, .num_threads = AvailableThreads()};
  for (auto _ : state) {
    benchmark::DoNotOptimize(AssociateTypes(a, kQuantities, values, options));
  }
}

// The profiles of the demo: means and standard deviations, raw and row-centred, of 6 layers x 13.
void RunProfileIntervals(benchmark::State& state) {
  const auto num_sequences = static_cast<std::size_t>(state.range(0));
  constexpr int kHeads = 6 * 13;
  std::mt19937 generator(3);
  std::normal_distribution<double> normal;
  std::vector<double> centres(num_sequences * kBins);
  std::vector<double> values(num_sequences * kBins);
  for (double& value : centres) value = normal(generator);
  for (double& value : values) value = normal(generator);
  constexpr int kProfiles = 3;
  for (auto _ : state) {
    for (int profile = 0; profile < kHeads * kProfiles; ++profile) {
      benchmark::DoNotOptimize(ProfileIntervals({centres.data(), num_sequences, kBins},
                                                {values.data(), num_sequences, kBins}, 0.95));
    }
  }
}

// bert-large: 24 layers x 17 regressions of two responses over 64 sequences.
void RunRegressions(benchmark::State& state) {
  const Sequence sequence;
  const PairDesign design = sequence.Design();
  ScoreSummarizer summarizer;
  const PairBins bins(sequence.a, kBins);
  const ScoreSums sums = summarizer.Summarize(sequence.Scores(), {}, PairLayout(design, bins)).sums;
  const std::vector<DesignSums> designs(64, design.sums());
  const std::vector<ScoreSums> scores(64, sums);
  for (auto _ : state) {
    for (const Response response : {Response::kScore, Response::kRowCentredScore}) {
      const PairRegression regression(designs, response);
      for (int head = 0; head < 24 * 17; ++head) benchmark::DoNotOptimize(regression.Fit(scores));
    }
  }
}

BENCHMARK(RunHeadStatistics)->Unit(benchmark::kMicrosecond);
BENCHMARK(RunHeadStatisticsOfRows)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(RunNotebookStatistics, six_layers, 6)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(RunNotebookStatistics, twenty_four_layers, 24)->Unit(benchmark::kMicrosecond);
BENCHMARK(RunPairBins)->Unit(benchmark::kMicrosecond);
BENCHMARK(RunPairLayout)->Unit(benchmark::kMicrosecond);
BENCHMARK(RunPairDesign)->Unit(benchmark::kMicrosecond);
BENCHMARK(RunRegressions)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(RunTypeAssociations, permutations, 10'000, 0)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(RunTypeAssociations, bootstrap, 0, 2'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(RunProfileIntervals)->Arg(64)->Arg(512)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zipflens

BENCHMARK_MAIN();
