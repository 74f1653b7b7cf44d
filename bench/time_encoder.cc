// time_encoder: encodes the first sequences of a file of int32 ids, [sequences, 512], several times
// after a warm-up, with one thread per sequence. Prints seconds, operations and the FMA peak
// measured before each pass, as JSON. LISTENERS are the probes: none (the last layer's output),
// notebook (bins of Z, and n), or study (everything that a study keeps). With "+output" the last
// two also run to the last layer's output, so that their cost is the difference.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bench/fma_peak.h"
#include "zipflens/analysis/precision_check.h"
#include "zipflens/base/mapped_file.h"
#include "zipflens/base/parallel.h"
#include "zipflens/kernels/instruction_set.h"
#include "zipflens/model/encoder.h"
#include "zipflens/probes/adjustment_norm_probe.h"
#include "zipflens/probes/finite_check.h"
#include "zipflens/probes/head_statistics_probe.h"
#include "zipflens/probes/probe_set.h"
#include "zipflens/probes/score_sample_probe.h"
#include "zipflens/stats/score_sums.h"

namespace zipflens {
namespace {

constexpr std::size_t kLength = 512;
constexpr std::size_t kBins = 40;

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The tokens, and the log-proportion of each among them.
struct Tokens {
  std::vector<std::int32_t> ids;        // [sequences, kLength]
  std::vector<double> log_proportions;  // [sequences, kLength]
  double batch_mean = 0;                // the mean of log_proportions

  Tokens(const std::string& file, std::size_t num_sequences) : ids(num_sequences * kLength) {
    const MappedFile mapped(file);
    const std::string_view bytes = mapped.text();
    if (bytes.size() < ids.size() * sizeof(std::int32_t)) {
      throw std::runtime_error(file + ": fewer sequences than asked for");
    }
    bytes.copy(static_cast<char*>(static_cast<void*>(ids.data())),
               ids.size() * sizeof(std::int32_t));
    std::map<std::int32_t, double> counts;
    for (const std::int32_t id : ids) ++counts[id];
    for (const std::int32_t id : ids) {
      log_proportions.push_back(std::log(counts[id] / static_cast<double>(ids.size())));
    }
    batch_mean = std::accumulate(log_proportions.begin(), log_proportions.end(), 0.0) /
                 static_cast<double>(ids.size());
  }
  std::size_t num_sequences() const { return ids.size() / kLength; }
  std::span<const std::int32_t> Ids(std::size_t sequence_idx) const {
    return std::span(ids).subspan(sequence_idx * kLength, kLength);
  }
  std::span<const double> LogProportions(std::size_t sequence_idx) const {
    return std::span(log_proportions).subspan(sequence_idx * kLength, kLength);
  }
};

std::vector<int> AllLayers(const ModelShape& shape) {
  std::vector<int> layers(shape.num_layers);
  std::iota(layers.begin(), layers.end(), 0);
  return layers;
}

/// Keeps the last layer's output, as a user of an encoder's result does.
class OutputProbe final : public Probe {
 public:
  std::span<const float> values() const { return values_; }  // [S, E] of the last sequence

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override {
    return {{static_cast<int>(shape.num_layers) - 1, PointKind::kLayerOutput}};
  }
  void OnValues(const ProbePoint& /*point*/, int /*head_idx*/,
                MatrixView<const float> values) override {
    values_.resize(values.rows * values.cols);
    for (std::size_t row = 0; row < values.rows; ++row) {
      std::ranges::copy(values.RowSpan(row), values_.begin() + row * values.cols);
    }
  }

 private:
  std::vector<float> values_;
};

/// Computes the notebook's parts 5 and 6: Z of every layer, binned (and summed, because one kernel
/// does both).
class BinsProbe final : public Probe {
 public:
  void BeginSequence(const PairDesign& design, const PairBins& bins) {
    layout_.emplace(design, bins);
    summaries_.clear();
  }
  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override {
    std::vector<ProbePoint> points;
    for (const int layer : AllLayers(shape)) {
      points.push_back({layer, PointKind::kMeanScoreRows});
    }
    return points;
  }
  std::span<const std::uint32_t> QueryOrder() const override { return layout_->query_order(); }
  // All tokens take part.
  void OnScoreRows(const ProbePoint& point, int /*head_idx*/, const ScoreRows& rows) override {
    if (num_rows_ == 0) summarizer_.Begin(*layout_);
    if (!summarizer_.Add(rows.scores)) RequireFinite(point, /*sequence_idx=*/0, rows);
    num_rows_ += rows.queries.size();
    if (num_rows_ < kLength) return;
    num_rows_ = 0;
    summaries_.push_back(summarizer_.Finish(/*bias_parts=*/{}));
  }
  void OnValues(const ProbePoint& /*point*/, int /*head_idx*/,
                MatrixView<const float> /*values*/) override {}

 private:
  ScoreSummarizer summarizer_;
  std::size_t num_rows_ = 0;  // rows of the layer that have arrived
  std::optional<PairLayout> layout_;
  std::vector<ScoreSummary> summaries_;  // [layers]
};

/// The probes of a run.
struct Listeners {
  bool notebook = false;
  bool study = false;
  bool output = false;

  explicit Listeners(const std::string& name)
      : notebook(name.starts_with("notebook")),
        study(name.starts_with("study")),
        output(name == "none" || name.ends_with("+output")) {
    if (!notebook && !study && name != "none") {
      throw std::runtime_error("LISTENERS: none, notebook, notebook+output, study, study+output");
    }
  }
};

/// The probes and scratch memory of one thread; made in that thread.
class Worker {
 public:
  Worker(const Encoder& encoder, const Listeners& listeners)
      : encoder_(encoder),
        listeners_(listeners),
        samples_(AllLayers(encoder.shape())),
        norms_(AllLayers(encoder.shape())),
        heads_(AllLayers(encoder.shape()), encoder.shape().num_heads,
               HeadStatisticsProbe::Scores::kRows),
        probes_(Wanted(), encoder.shape()),
        plan_(encoder.MakePlan(probes_)),
        workspace_(encoder.MakeWorkspace(kLength)) {}

  void Run(const Tokens& tokens, std::size_t sequence_idx) {
    const auto a = tokens.LogProportions(sequence_idx);
    std::optional<PairBins> bins;
    std::optional<PairDesign> design;
    if (listeners_.notebook || listeners_.study) {
      bins.emplace(a, kBins);
      design.emplace(a, tokens.Ids(sequence_idx), std::span<const std::uint8_t>(),
                     tokens.batch_mean);
    }
    if (listeners_.study) {
      samples_.BeginSequence(sequence_idx);
      heads_.BeginSequence(sequence_idx, PairLayout(*design, *bins));
    }
    if (listeners_.notebook) bins_.BeginSequence(*design, *bins);
    norms_.BeginSequence(sequence_idx);
    encoder_.Forward(tokens.Ids(sequence_idx), *plan_, *workspace_, probes_);
  }

  std::span<const float> output() const { return output_.values(); }

 private:
  std::vector<Probe*> Wanted() {
    std::vector<Probe*> probes;
    if (listeners_.notebook) probes = {&bins_, &norms_};
    if (listeners_.study) probes = {&samples_, &norms_, &heads_};
    if (listeners_.output) probes.push_back(&output_);
    return probes;
  }

  const Encoder& encoder_;
  Listeners listeners_;
  OutputProbe output_;
  BinsProbe bins_;
  ScoreSampleProbe samples_;
  AdjustmentNormProbe norms_;
  HeadStatisticsProbe heads_;
  ProbeSet probes_;
  std::shared_ptr<const ForwardPlan> plan_;
  std::shared_ptr<Workspace> workspace_;
};

// Floating-point operations of the matrix products of one sequence. The last layer's feed-forward
// block counts only if it is run.
double Operations(const ModelShape& shape, bool to_the_end) {
  const double S = kLength;
  const double E = Real(shape.hidden_size);
  const double feed_forward = 4 * S * E * Real(shape.intermediate_size);
  const double layer = 8 * S * E * E + 4 * S * S * E + feed_forward;
  return Real(shape.num_layers) * layer - (to_the_end ? 0 : feed_forward);
}

double PeakOfThreads(std::size_t num_threads) {
  constexpr double kSeconds = 0.1;
  std::vector<double> peaks(num_threads);
  RunWorkers(num_threads, [&](std::size_t thread) { peaks[thread] = MeasureFmaPeak(kSeconds); });
  return std::accumulate(peaks.begin(), peaks.end(), 0.0);
}

std::int64_t PeakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

struct Arguments {
  std::string model;
  std::string tokens;
  std::string listeners;
  std::size_t num_threads = 0;
  std::size_t num_sequences = 0;
  int num_passes = 0;
  std::string precision = "float32";
  std::string output;
};

void WriteFloats(const std::string& file, std::span<const float> values) {
  std::ofstream stream(file, std::ios::binary);
  stream.write(static_cast<const char*>(static_cast<const void*>(values.data())),
               static_cast<std::streamsize>(values.size_bytes()));
  if (!stream.flush()) throw std::runtime_error(file + ": cannot be written");
}

void Time(const Arguments& arguments) {
  const Listeners listeners(arguments.listeners);
  if (!arguments.output.empty() && !listeners.output) {
    throw std::runtime_error("--output: these LISTENERS do not run to the last layer's output");
  }
  const std::size_t num_threads = arguments.num_threads;
  const Tokens tokens(arguments.tokens, arguments.num_sequences);
  const Precision precision = PrecisionOfName(arguments.precision);
  const auto load_start = Clock::now();
  const Encoder encoder = Encoder::Load(arguments.model, precision);
  const double load_seconds = SecondsSince(load_start);
  std::vector<std::unique_ptr<Worker>> workers(num_threads);
  RunWorkers(num_threads, [&](std::size_t thread) {
    workers[thread] = std::make_unique<Worker>(encoder, listeners);
    workers[thread]->Run(tokens, 0);
  });
  if (!arguments.output.empty()) WriteFloats(arguments.output, workers[0]->output());
  std::vector<double> seconds;
  std::vector<double> peaks;
  for (int pass = 0; pass < arguments.num_passes; ++pass) {
    peaks.push_back(PeakOfThreads(num_threads));
    std::atomic<std::size_t> next = 0;
    const auto start = Clock::now();
    RunWorkers(num_threads, [&](std::size_t thread) {
      for (std::size_t i = next++; i < tokens.num_sequences(); i = next++) {
        workers[thread]->Run(tokens, i);
      }
    });
    seconds.push_back(SecondsSince(start));
  }
  const nlohmann::ordered_json report = {
      {"instruction_set", InstructionSetName()},
      {"precision", PrecisionName(precision)},
      {"load_seconds", load_seconds},
      {"sequences", tokens.num_sequences()},
      {"gflop", static_cast<double>(tokens.num_sequences()) *
                    Operations(encoder.shape(), listeners.output) / 1e9},
      {"pass_seconds", seconds},
      {"fma_peak_gflops", peaks},
      {"peak_memory_bytes", PeakMemory()}};
  std::printf("%s\n", report.dump().c_str());
}

}  // namespace
}  // namespace zipflens

int main(int argc, char** argv) {
  zipflens::Arguments arguments;
  CLI::App app("Times the encoder; prints one line of JSON.", "time_encoder");
  app.add_option("MODEL", arguments.model, "model folder")->required();
  app.add_option("TOKENS", arguments.tokens, "int32 ids, [sequences, 512]")->required();
  app.add_option("LISTENERS", arguments.listeners, "none, notebook[+output], study[+output]")
      ->required();
  app.add_option("THREADS", arguments.num_threads)->required()->check(CLI::PositiveNumber);
  app.add_option("SEQUENCES", arguments.num_sequences)->required()->check(CLI::PositiveNumber);
  app.add_option("PASSES", arguments.num_passes)->required()->check(CLI::PositiveNumber);
  app.add_option("--precision", arguments.precision, "float32, bfloat16, emulated-bfloat16, auto");
  app.add_option("--output", arguments.output,
                 "write the first sequence's last layer's output here: float32, [512, E]");
  CLI11_PARSE(app, argc, argv);
  try {
    zipflens::Time(arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
