#include "zipflens/study/capture.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "zipflens/analysis/batch_frequency.h"
#include "zipflens/base/error.h"
#include "zipflens/base/numbers.h"
#include "zipflens/base/parallel.h"
#include "zipflens/counting/corpus_pass.h"
#include "zipflens/hub/hub_names.h"
#include "zipflens/model/encoder.h"
#include "zipflens/probes/adjustment_norm_probe.h"
#include "zipflens/probes/probe_set.h"
#include "zipflens/probes/raw_capture_probe.h"
#include "zipflens/study/study_inputs.h"
#include "zipflens/study/study_layers.h"
#include "zipflens/tables/npy_file.h"

namespace zipflens {
namespace {

/// The files of a capture. Any thread may write to them, one sequence (or one head of it) at a
/// time.
class CaptureFiles {
 public:
  CaptureFiles(const std::filesystem::path& folder, const ModelShape& shape, const Batch& batch)
      : folder_(folder),
        num_sequences_(batch.num_sequences),
        length_(batch.sequence_length),
        num_heads_(shape.num_heads),
        hidden_size_(shape.hidden_size) {}

  void OpenPoint(const ProbePoint& point) {
    const std::vector<std::size_t> dimensions =
        point.kind == PointKind::kAttentionScores
            ? std::vector{num_sequences_, num_heads_, length_, length_}
        : point.kind == PointKind::kMeanAttentionScores
            ? std::vector{num_sequences_, length_, length_}
            : std::vector{num_sequences_, length_, hidden_size_};
    points_.emplace(point, NpyFile(folder_ / (PointName(point) + ".npy"), "<f4", dimensions));
  }

  void OpenLogNorms(int layer) {
    const std::string name = fmt::format("layer.{}.attention.log_norms.npy", layer);
    log_norms_.push_back(NpyFile(folder_ / name, "<f4", {num_sequences_, length_}));
  }

  void WritePoint(std::size_t sequence_idx, const ProbePoint& point, int head_idx,
                  MatrixView<const float> values) const {
    const bool per_head = point.kind == PointKind::kAttentionScores;
    const std::size_t matrix_idx = per_head ? sequence_idx * num_heads_ + head_idx : sequence_idx;
    const std::uint64_t row_bytes = values.cols * sizeof(float);
    std::uint64_t offset = matrix_idx * values.rows * row_bytes;
    for (std::size_t row = 0; row < values.rows; ++row, offset += row_bytes) {
      points_.at(point).WriteAt(offset, std::as_bytes(values.RowSpan(row)));
    }
  }

  /// `log_norms` is [layers, S].
  void WriteLogNorms(std::size_t sequence_idx, std::span<const float> log_norms) const {
    const std::uint64_t row_bytes = length_ * sizeof(float);
    for (std::size_t layer_idx = 0; layer_idx < log_norms_.size(); ++layer_idx) {
      log_norms_[layer_idx].WriteAt(sequence_idx * row_bytes,
                                    std::as_bytes(log_norms.subspan(layer_idx * length_, length_)));
    }
  }

  void Close() {
    for (auto& [point, file] : points_) file.Close();
    for (NpyFile& file : log_norms_) file.Close();
  }

 private:
  std::filesystem::path folder_;
  std::size_t num_sequences_;  // B
  std::size_t length_;         // S
  std::size_t num_heads_;      // H
  std::size_t hidden_size_;    // E
  std::map<ProbePoint, NpyFile> points_;
  std::vector<NpyFile> log_norms_;  // [layers]
};

std::vector<ProbePoint> WantedPoints(const std::vector<int>& layers,
                                     const CaptureOptions& options) {
  std::vector<ProbePoint> points;
  for (const int layer : layers) {
    if (options.head_scores) points.push_back({layer, PointKind::kAttentionScores});
    points.push_back({layer, PointKind::kMeanAttentionScores});
    if (options.attention_outputs) points.push_back({layer, PointKind::kAttentionOutput});
  }
  return points;
}

template <typename T>
void WriteArray(const std::filesystem::path& path, const char* dtype, const Batch& batch,
                const std::vector<T>& values) {
  NpyFile file(path, dtype, {batch.num_sequences, batch.sequence_length});
  file.WriteAt(0, std::as_bytes(std::span(values)));
  file.Close();
}

void CaptureBatch(const Encoder& encoder, const Batch& batch, const std::vector<int>& layers,
                  const CaptureOptions& options, std::size_t num_threads, CaptureFiles& files,
                  ProgressObserver& observer) {
  const std::vector<ProbePoint> points = WantedPoints(layers, options);
  for (const ProbePoint& point : points) files.OpenPoint(point);
  for (const int layer : layers) files.OpenLogNorms(layer);

  struct Worker {
    RawCaptureProbe raw;
    AdjustmentNormProbe norms;
    ProbeSet probes;
    std::shared_ptr<const ForwardPlan> plan;
    std::shared_ptr<Workspace> workspace;

    Worker(const Encoder& encoder, std::vector<ProbePoint> points, const std::vector<int>& layers,
           std::size_t sequence_length, const CaptureFiles& files)
        : raw(std::move(points),
              [&files](std::size_t sequence_idx, const ProbePoint& point, int head_idx,
                       MatrixView<const float> values) {
                files.WritePoint(sequence_idx, point, head_idx, values);
              }),
          norms(layers),
          probes({&raw, &norms}, encoder.shape()),
          plan(encoder.MakePlan(probes)),
          workspace(encoder.MakeWorkspace(sequence_length)) {}
  };

  const std::size_t num_sequences = batch.num_sequences;
  std::vector<std::unique_ptr<Worker>> workers(std::min(num_threads, num_sequences));
  ProduceInParallelConsumeInOrder<std::vector<float>>(
      num_sequences, workers.size(),
      [&](std::size_t sequence_idx, std::size_t worker_idx) {
        auto& worker = workers[worker_idx];
        if (!worker) {
          worker = std::make_unique<Worker>(encoder, points, layers, batch.sequence_length, files);
        }
        worker->raw.BeginSequence(sequence_idx);
        worker->norms.BeginSequence(sequence_idx);
        encoder.Forward(batch.Sequence(sequence_idx), *worker->plan, *worker->workspace,
                        worker->probes);
        return worker->norms.TakeLogNorms();
      },
      [&](std::size_t sequence_idx, std::vector<float>&& log_norms) {
        files.WriteLogNorms(sequence_idx, log_norms);
        observer.OnProgress({"capture", sequence_idx + 1, num_sequences, "sequences", ""});
      });
  files.Close();
}

// The number of bytes of the tensors of all layers.
std::uint64_t CaptureBytes(const ModelShape& shape, std::size_t num_layers, const Batch& batch,
                           const CaptureOptions& options) {
  const std::uint64_t matrices = 1 + (options.head_scores ? shape.num_heads : 0);
  const std::uint64_t rows = 1 + (options.attention_outputs ? shape.hidden_size : 0);
  const std::uint64_t per_token = matrices * batch.sequence_length + rows;
  return sizeof(float) * num_layers * batch.token_ids.size() * per_token;
}

}  // namespace

void RunCapture(const CaptureOptions& options, const std::filesystem::path& folder,
                StudyObserver& observer) {
  const InputOptions local = WithLocalPaths(options, ModelPart::kAll, observer);
  const StudyInputs inputs = OpenStudyInputs(local, options);
  const std::vector<int> layers =
      ResolveStudiedLayers(options.layers, inputs.model_config.num_hidden_layers);
  observer.OnCorpus(inputs.corpus->info(), inputs.corpus->Record(0));
  const Encoder encoder = Encoder::Load(local.model, inputs.model_config, Precision::kFloat32);
  observer.OnModel(inputs.model_config);
  const CorpusPass pass = ReadCorpus(*inputs.corpus, inputs.tokenizer,
                                     {.target_tokens = options.target_tokens,
                                      .num_sequences = options.num_sequences,
                                      .sequence_length = inputs.sequence_length,
                                      .allow_fewer = options.allow_fewer,
                                      .num_threads = inputs.num_threads,
                                      .memory_budget = ResolveTableBytes(options.table_bytes),
                                      .batch_choice = options.batch_choice,
                                      .seed = options.seed},
                                     &observer);
  observer.OnCounts(pass, inputs.tokenizer);
  for (const std::string& warning : ReadingWarnings(*inputs.corpus, pass)) {
    observer.OnMessage("warning: " + warning);
  }
  RequireEmbeddings(pass.batch, inputs.tokenizer, inputs.model_config);

  const std::uint64_t bytes =
      CaptureBytes(inputs.model_config.shape(), layers.size(), pass.batch, options);
  const std::uint64_t available = std::filesystem::space(folder).available;
  if (bytes > available) {
    throw OutputError(fmt::format(
        "{}: the capture takes {:.1f} GB and {:.1f} GB are free; name fewer `layers` or "
        "`num_sequences`",
        folder.string(), Real(bytes) / 1e9, Real(available) / 1e9));
  }
  WriteArray(folder / "token_ids.npy", "<i4", pass.batch, pass.batch.token_ids);
  WriteArray(folder / "log_proportions.npy", "<f8", pass.batch,
             MakeBatchFrequency(pass.batch, pass.counts, inputs.tokenizer, options.smoothing, {})
                 .log_proportions);
  CaptureFiles files(folder, encoder.shape(), pass.batch);
  CaptureBatch(encoder, pass.batch, layers, options, inputs.num_threads, files, observer);
}

}  // namespace zipflens
