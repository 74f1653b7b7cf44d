#include "zipflens/study/study.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "zipflens/base/error.h"
#include "zipflens/base/parallel.h"
#include "zipflens/base/sha256.h"
#include "zipflens/kernels/instruction_set.h"
#include "zipflens/model/encoder.h"
#include "zipflens/study/encode_stage.h"
#include "zipflens/study/notebook_statistics.h"
#include "zipflens/study/statistics_tables.h"
#include "zipflens/study/study_files.h"
#include "zipflens/study/study_inputs.h"
#include "zipflens/study/study_layers.h"
#include "zipflens/study/study_tables.h"
#include "zipflens/study/version.h"

namespace zipflens {
namespace {

using Json = nlohmann::ordered_json;

std::uint64_t PeakMemoryBytes() {
  struct rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

/// One study on its way from config to folder; each member function is a stage.
class StudyRun {
 public:
  StudyRun(const StudyConfig& config, const std::filesystem::path& folder, StudyObserver& observer)
      : config_(config), folder_(folder), observer_(observer) {}

  void Run() {
    Timed("load", [this] { Load(); });
    Timed("count", [this] { Count(); });
    Timed("encode", [this] { Encode(); });
    Timed("hash", [this] { Hash(); });
    WriteStudyJson(folder_, StudyJson());
  }

 private:
  template <typename Stage>
  void Timed(const char* name, const Stage& stage) {
    const auto start = std::chrono::steady_clock::now();
    stage();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    timings_[name] = elapsed.count();
  }

  void Load() {
    inputs_.emplace(OpenStudyInputs(config_));
    layers_ = ResolveLayers(config_, inputs_->model_config.num_hidden_layers);
    observer_.OnCorpus(inputs_->corpus->info(), inputs_->corpus->Record(0));
    encoder_.emplace(Encoder::Load(config_.model_dir));
    observer_.OnModel(inputs_->model_config);
  }

  void Count() {
    const CorpusPassOptions options = {.target_tokens = config_.target_tokens,
                                       .num_sequences = config_.num_sequences,
                                       .sequence_length = inputs_->sequence_length,
                                       .allow_fewer = config_.allow_fewer,
                                       .num_threads = inputs_->num_threads};
    pass_.emplace(ReadCorpus(*inputs_->corpus, inputs_->tokenizer, options, &observer_));
    const CorpusPass& pass = *pass_;
    observer_.OnCounts(pass, inputs_->tokenizer);
    for (const std::string& warning : ReadingWarnings(inputs_->corpus->report())) Warn(warning);
    if (pass.counts.total < config_.target_tokens) {
      Warn(fmt::format(
          "the corpus ended before the target: {} tokens counted of {} asked for, in {} "
          "documents; the counts are those of the whole corpus",
          pass.counts.total, config_.target_tokens, pass.documents_counted));
    }
    if (pass.batch.num_sequences < config_.num_sequences) {
      Warn(fmt::format("the batch has {} sequences of the {} asked for", pass.batch.num_sequences,
                       config_.num_sequences));
    }
    log_proportions_ = BatchLogProportions(pass, inputs_->tokenizer, config_.smoothing);
    CountLeftOut();
    WriteTokenCounts(folder_ / kTokenCountsTable, inputs_->tokenizer, pass.counts,
                     config_.smoothing);
    WriteBatch(folder_ / kBatchTable, pass.batch);
  }

  void CountLeftOut() {
    const auto length = static_cast<std::size_t>(inputs_->sequence_length);
    for (std::size_t begin = 0; begin < log_proportions_.size(); begin += length) {
      const auto a = std::span(log_proportions_).subspan(begin, length);
      const auto left_out = static_cast<std::uint64_t>(
          std::count_if(a.begin(), a.end(), [](double value) { return std::isnan(value); }));
      left_out_tokens_ += left_out;
      left_out_pairs_ += length * length - (length - left_out) * (length - left_out);
    }
    if (left_out_tokens_ == 0) return;
    Warn(
        fmt::format("{} of {} tokens of the batch were never counted: they, and the {} pairs they "
                    "are in, are left out of the statistics (--smoothing laplace keeps them)",
                    left_out_tokens_, log_proportions_.size(), left_out_pairs_));
  }

  void Encode() {
    NotebookStatistics statistics(layers_.studied, config_.num_bins);
    SequenceTables tables(folder_, layers_.studied);
    const auto length = static_cast<std::size_t>(inputs_->sequence_length);
    EncodeBatch(
        *encoder_, pass_->batch, log_proportions_, layers_.studied, config_.num_bins,
        inputs_->num_threads,
        [&](int sequence_idx, SequenceSummary&& summary) {
          const auto a = std::span(log_proportions_)
                             .subspan(static_cast<std::size_t>(sequence_idx) * length, length);
          statistics.Add(sequence_idx, summary, a);
          tables.Append(sequence_idx, summary, a);
        },
        &observer_);
    for (const LayerProfile& average : statistics.Averages()) {
      tables.AppendAverage(average, statistics.pair_counts());
    }
    tables.Close();
    WriteCorrelations(folder_, statistics.Correlations());
    WriteSlopes(folder_, {});
    WriteSplit(folder_, {});
    WriteTypes(folder_, {}, {});
    merged_sequences_ = statistics.merged_sequences();
    empty_bins_ = statistics.empty_bins();
    WarnAboutBins();
  }

  void WarnAboutBins() {
    if (!merged_sequences_.empty()) {
      Warn(
          fmt::format("sequences {} have fewer than {} bins, since percentile edges coincide: they "
                      "are left out of the averages over sequences",
                      fmt::join(merged_sequences_, ", "), config_.num_bins));
    }
    if (empty_bins_ > 0) {
      Warn(fmt::format("{} bins of a sequence have no pair and are left out", empty_bins_));
    }
  }

  void Hash() {
    for (const std::filesystem::path& file : ModelFiles(config_.model_dir)) {
      hashes_["model"][file.filename().string()] = Sha256OfFile(file);
    }
    hashes_["vocabulary"] = inputs_->tokenizer.vocabulary_sha256();
    hashes_["corpus"] = CorpusSha256(inputs_->corpus->info());
  }

  void Warn(const std::string& warning) {
    warnings_.push_back(warning);
    observer_.OnMessage("warning: " + warning);
  }

  StudyInfo Info() const {
    StudyInfo info;
    info.version = kVersion;
    info.model_name = config_.model_dir.string();
    info.corpus_name = fmt::format("{}", fmt::join(config_.corpus_paths, ", "));
    info.shape = inputs_->model_config.shape();
    info.num_sequences = pass_->batch.num_sequences;
    info.sequence_length = inputs_->sequence_length;
    info.num_bins = config_.num_bins;
    info.layers = layers_.studied;
    info.corpus_rows = inputs_->corpus->info().num_rows.value_or(pass_->documents_read);
    info.documents_counted = pass_->documents_counted;
    info.tokens_counted = pass_->counts.total;
    info.target_tokens = config_.target_tokens;
    info.smoothing = SmoothingName(config_.smoothing);
    info.precision = "float32";
    info.seed = config_.seed;
    info.left_out_tokens = left_out_tokens_;
    info.left_out_pairs = left_out_pairs_;
    info.empty_bins = empty_bins_;
    info.merged_sequences = merged_sequences_;
    info.scatter_layer = layers_.scatter_layer;
    info.profile_layer = layers_.profile_layer;
    info.adjustment_layers = layers_.adjustments;
    info.warnings = warnings_;
    return info;
  }

  Json StudyJson() const {
    const CorpusInfo& corpus = inputs_->corpus->info();
    Json files = Json::array();
    for (const auto& file : corpus.files) files.push_back(file.string());
    return {{"zipflens", kVersion},
            {"study", StudyInfoJson(Info())},
            {"options",
             {{"text_column", config_.corpus_options.text_column},
              {"allow_fewer", config_.allow_fewer},
              {"threads", inputs_->num_threads},
              {"seed", config_.seed},
              {"instruction_set", InstructionSetName()}}},
            {"corpus",
             {{"format", corpus.format},
              {"files", files},
              {"bytes", corpus.num_bytes},
              {"ended", pass_->corpus_ended},
              {"first_document_tokens", pass_->first_document_tokens}}},
            {"sha256", hashes_},
            {"timings_seconds", timings_},
            {"peak_memory_bytes", PeakMemoryBytes()}};
  }

  const StudyConfig& config_;
  const std::filesystem::path& folder_;
  StudyObserver& observer_;

  std::optional<StudyInputs> inputs_;
  std::optional<Encoder> encoder_;
  StudyLayers layers_;
  std::optional<CorpusPass> pass_;
  std::vector<double> log_proportions_;  // a, [B, S]
  std::uint64_t left_out_tokens_ = 0;
  std::uint64_t left_out_pairs_ = 0;
  std::uint64_t empty_bins_ = 0;
  std::vector<int> merged_sequences_;
  std::vector<std::string> warnings_;
  Json timings_ = Json::object();
  Json hashes_ = Json::object();
};

}  // namespace

StudyResult RunStudy(const StudyConfig& config, const std::filesystem::path& folder,
                     StudyObserver& observer) {
  StudyRun(config, folder, observer).Run();
  return LoadStudy(folder);
}

void RecordStage(const std::filesystem::path& folder, const std::string& stage, double seconds) {
  Json json = ReadStudyJson(folder);
  json["timings_seconds"][stage] = seconds;
  json["peak_memory_bytes"] = PeakMemoryBytes();
  WriteStudyJson(folder, json);
}

}  // namespace zipflens
