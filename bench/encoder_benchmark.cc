// How fast one thread encodes one sequence with the study's probes listening, and loads a model.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "zipflens/kernels/products/bfloat16_tile_product.h"
#include "zipflens/model/encoder.h"
#include "zipflens/model/random_model.h"

namespace zipflens {
namespace {

// A random model's folder, gone at the end.
class TemporaryModel {
 public:
  explicit TemporaryModel(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              ("zipflens_bench_" + name + "_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
    WriteRandomModel(KnownModelConfig(name), /*seed=*/0, path_);
  }
  ~TemporaryModel() { std::filesystem::remove_all(path_); }
  TemporaryModel(const TemporaryModel&) = delete;
  TemporaryModel& operator=(const TemporaryModel&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Wants the given kinds of every layer and reads nothing.
class AllLayersProbe final : public Probe {
 public:
  explicit AllLayersProbe(std::vector<PointKind> kinds) : kinds_(std::move(kinds)) {}

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override {
    std::vector<ProbePoint> points;
    for (int layer = 0; std::cmp_less(layer, shape.num_layers); ++layer) {
      for (const PointKind kind : kinds_) points.push_back({layer, kind});
    }
    return points;
  }
  void OnValues(const ProbePoint& /*point*/, int /*head_idx*/,
                MatrixView<const float> values) override {
    benchmark::DoNotOptimize(values.data);
  }

 private:
  std::vector<PointKind> kinds_;
};

// Floating-point operations of the products; the last layer's feed-forward only where it is run.
double ForwardOperations(const ModelShape& shape, double S, bool to_the_end) {
  const double E = Real(shape.hidden_size);
  const double feed_forward = 4 * S * E * Real(shape.intermediate_size);
  const double layer = 8 * S * E * E + 4 * S * S * E + feed_forward;
  return Real(shape.num_layers) * layer - (to_the_end ? 0 : feed_forward);
}

void RunForward(benchmark::State& state, const std::string& model_name,
                std::vector<PointKind> kinds, Precision precision = Precision::kFloat32) {
  if (precision == Precision::kBfloat16 && !HasBfloat16Products()) {
    return state.SkipWithError("this machine does not multiply bfloat16");
  }
  constexpr int kLength = 512;
  const TemporaryModel model(model_name);
  const Encoder encoder = Encoder::Load(model.path(), precision);
  const bool to_the_end = std::ranges::count(kinds, PointKind::kLayerOutput) > 0;
  AllLayersProbe probe(std::move(kinds));
  const auto plan = encoder.MakePlan(probe);
  const auto workspace = encoder.MakeWorkspace(kLength);
  std::vector<std::int32_t> ids(kLength);
  for (int i = 0; i < kLength; ++i) ids[static_cast<std::size_t>(i)] = 1000 + 7 * i;
  for (auto _ : state) encoder.Forward(ids, *plan, *workspace, probe);
  state.counters["FLOP/s"] = benchmark::Counter(
      ForwardOperations(encoder.shape(), kLength, to_the_end),
      benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

void RunLoad(benchmark::State& state, const std::string& model_name) {
  const TemporaryModel model(model_name);
  for (auto _ : state) benchmark::DoNotOptimize(Encoder::Load(model.path()));
}

const std::vector<PointKind> kStudyPoints = {PointKind::kMeanAttentionScores,
                                             PointKind::kAttentionOutput};
const std::vector<PointKind> kNoScores = {PointKind::kLayerOutput};

BENCHMARK_CAPTURE(RunForward, minilm_study, "MiniLM-L6-H384-uncased", kStudyPoints)
    ->Unit(benchmark::kMillisecond)
    ->MinTime(3);
BENCHMARK_CAPTURE(RunForward, minilm_output_only, "MiniLM-L6-H384-uncased", kNoScores)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(RunForward, minilm_study_bfloat16, "MiniLM-L6-H384-uncased", kStudyPoints,
                  Precision::kBfloat16)
    ->Unit(benchmark::kMillisecond)
    ->MinTime(3);
BENCHMARK_CAPTURE(RunForward, bert_large_study, "bert-large-uncased", kStudyPoints)
    ->Unit(benchmark::kMillisecond)
    ->MinTime(8);
BENCHMARK_CAPTURE(RunForward, bert_large_study_bfloat16, "bert-large-uncased", kStudyPoints,
                  Precision::kBfloat16)
    ->Unit(benchmark::kMillisecond)
    ->MinTime(8);
BENCHMARK_CAPTURE(RunLoad, minilm, "MiniLM-L6-H384-uncased")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(RunLoad, bert_large, "bert-large-uncased")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zipflens

BENCHMARK_MAIN();
