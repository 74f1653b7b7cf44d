#include "zipflens/study/run_study.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "zipflens/analysis/analysis.h"
#include "zipflens/analysis/analysis_tables.h"
#include "zipflens/analysis/batch_frequency.h"
#include "zipflens/analysis/null_study.h"
#include "zipflens/analysis/precision_check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/model_files.h"
#include "zipflens/base/sha256.h"
#include "zipflens/counting/count_file.h"
#include "zipflens/counting/count_reader.h"
#include "zipflens/hub/hub_names.h"
#include "zipflens/kernels/instruction_set.h"
#include "zipflens/model/encoder.h"
#include "zipflens/study/run_record.h"
#include "zipflens/study/study_files.h"
#include "zipflens/study/study_info_json.h"
#include "zipflens/study/study_inputs.h"
#include "zipflens/study/study_layers.h"
#include "zipflens/study/study_warnings.h"
#include "zipflens/study/undefined_reasons.h"
#include "zipflens/study/version.h"

namespace zipflens {
namespace {

using Json = nlohmann::ordered_json;

void RequireSenseOfControls(const StudyOptions& options, std::size_t sequence_length) {
  if (options.num_bins == 0) {
    throw UsageError(
        fmt::format("`num_bins`: found {}; expected a positive number", options.num_bins));
  }
  if (!options.counts_file.empty() && !options.counts_corpus.empty()) {
    throw UsageError("`counts_file` and `counts_corpus`: found both; expected one of them");
  }
  if (options.skip_positions > sequence_length - 2) {
    throw UsageError(fmt::format(
        "`skip_positions`: found {}; expected 0 to {}, so that two positions of {} are left",
        options.skip_positions, sequence_length - 2, sequence_length));
  }
  constexpr std::size_t kMost = 10'000'000;
  for (const auto& [option, value] : {std::pair{"`num_permutations`", options.num_permutations},
                                      std::pair{"`num_resamples`", options.num_resamples}}) {
    if (value > 0 && value <= kMost) continue;
    throw UsageError(fmt::format("{}: found {}; expected 1 to {}", option, value, kMost));
  }
}

/// Makes one study, from options to folder. Each member function is a stage.
class StudyRun {
 public:
  StudyRun(const StudyOptions& options, const std::filesystem::path& folder,
           StudyObserver& observer)
      : options_(options),
        local_(WithLocalPaths(options, ModelPart::kAll, observer)),
        counts_corpus_(LocalCorpusPaths(options.counts_corpus, options.hub, observer)),
        folder_(folder),
        observer_(observer) {}

  void Run() {
    Timed("load", [this] { Load(); });
    Timed("count", [this] {
      Count();
      CountElsewhere();
      RelateBatch();
    });
    if (options_.precision != Precision::kFloat32) {
      Timed("precision", [this] { LowerPrecision(); });
    }
    StudyReal();
    if (options_.null_kind != NullKind::kNone) Timed("null", [this] { StudyNull(); });
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
    inputs_.emplace(OpenStudyInputs(local_, options_));
    layers_ = ResolveLayers(options_, inputs_->model_config.num_hidden_layers);
    RequireSenseOfControls(options_, inputs_->sequence_length);
    special_ = SpecialTokenFlags(inputs_->tokenizer);
    observer_.OnCorpus(inputs_->corpus->info(), inputs_->corpus->Record(0));
    if (!options_.counts_file.empty()) ReadCounts();
    RequirePrecision(options_.precision);
    encoder_.emplace(Encoder::Load(local_.model, inputs_->model_config, Precision::kFloat32));
    observer_.OnModel(inputs_->model_config);
  }

  void ReadCounts() {
    FileCounts file = ReadCountFile(options_.counts_file, inputs_->tokenizer);
    if (!file.vocabulary_checked) {
      Warn(
          fmt::format("{} does not say which vocabulary it counts: its ids are taken for those of "
                      "the model",
                      options_.counts_file.string()));
    }
    counts_elsewhere_.emplace(std::move(file.counts));
  }

  void Count() {
    const CorpusPassOptions options = {.target_tokens = options_.target_tokens,
                                       .num_sequences = options_.num_sequences,
                                       .sequence_length = inputs_->sequence_length,
                                       .allow_fewer = options_.allow_fewer,
                                       .num_threads = inputs_->num_threads,
                                       .memory_budget = ResolveTableBytes(options_.table_bytes)};
    pass_.emplace(ReadCorpus(*inputs_->corpus, inputs_->tokenizer, options, &observer_));
    const CorpusPass& pass = *pass_;
    observer_.OnCounts(pass, inputs_->tokenizer);
    for (const std::string& warning : ReadingWarnings(*inputs_->corpus, pass)) Warn(warning);
    RequireEmbeddings(pass.batch, inputs_->tokenizer, inputs_->model_config);
    WarnWhereShort(pass, "the corpus");
    if (pass.batch.num_sequences < options_.num_sequences) {
      Warn(fmt::format("the batch has {} sequences of the {} asked for", pass.batch.num_sequences,
                       options_.num_sequences));
    }
  }

  void WarnWhereShort(const CorpusPass& pass, const char* name) {
    if (pass.counts.total >= options_.target_tokens) return;
    Warn(
        fmt::format("{} ended before the target: {} tokens counted of {} asked for, in {} "
                    "documents; the counts are those of the whole corpus",
                    name, pass.counts.total, options_.target_tokens, pass.documents_counted));
  }

  void CountElsewhere() {
    documents_counted_ = counts_elsewhere_ ? 0 : pass_->documents_counted;
    if (counts_corpus_.empty()) return;
    const auto corpus = OpenCorpus(counts_corpus_, local_.corpus_options);
    CorpusPass pass = ReadCorpus(*corpus, inputs_->tokenizer,
                                 {.target_tokens = options_.target_tokens,
                                  .num_sequences = 0,
                                  .sequence_length = 0,
                                  .allow_fewer = false,
                                  .num_threads = inputs_->num_threads,
                                  .memory_budget = ResolveTableBytes(options_.table_bytes)},
                                 &observer_);
    for (const std::string& warning : ReadingWarnings(*corpus, pass)) {
      Warn("the corpus of the counts: " + warning);
    }
    WarnWhereShort(pass, "the corpus of the counts");
    documents_counted_ = pass.documents_counted;
    counts_elsewhere_.emplace(std::move(pass.counts));
  }

  const TokenCounts& counts() const {
    return counts_elsewhere_ ? *counts_elsewhere_ : pass_->counts;
  }

  BatchFrequency RelateToCounts(const Batch& batch, const TokenCounts& counts,
                                Smoothing smoothing) const {
    return MakeBatchFrequency(
        batch, counts, inputs_->tokenizer, smoothing,
        {options_.exclude_special, options_.exclude_punctuation, options_.skip_positions});
  }

  // For batches and counts that the study's own do not have to cover: an uncounted token is left
  // out there instead of refused.
  Smoothing LenientSmoothing() const {
    return options_.smoothing == Smoothing::kError ? Smoothing::kExclude : options_.smoothing;
  }

  // The first source has the counts that the study uses; the corpus's own counts follow if they
  // differ.
  void RelateBatch() {
    info_ = MakeInfo();
    sources_.push_back({info_.counts_source(), counts(),
                        RelateToCounts(pass_->batch, counts(), options_.smoothing)});
    if (counts_elsewhere_) {
      sources_.push_back({CountSource::kCorpus, pass_->counts,
                          RelateToCounts(pass_->batch, pass_->counts, LenientSmoothing())});
      WriteTokenCounts(folder_ / kCorpusTokenCountsTable, inputs_->tokenizer, pass_->counts,
                       options_.smoothing);
    }
    SetLeftOut(sources_.front().frequency, info_);
    for (const std::string& warning : LeftOutWarnings(info_)) Warn(warning);
  }

  // Rounds the float32 model to the requested precision. The change of the values of the first
  // sequence is reported and recorded.
  void LowerPrecision() {
    const std::span<const std::int32_t> first = pass_->batch.Sequence(0);
    const SequenceValues in_float32 = MeasureSequence(*encoder_, first, layers_.studied);
    encoder_->LowerPrecision(options_.precision);
    const SequenceValues lowered = MeasureSequence(*encoder_, first, layers_.studied);
    deviation_ = Compare(lowered, in_float32);
    observer_.OnMessage(DeviationText(options_.precision, *deviation_));
  }

  void StudyReal() {
    const NullInputs own{pass_->batch, pass_->batch.token_ids, std::nullopt};
    Analyse(own, sources_, folder_, info_,
            [this](const char* name, const auto& stage) { Timed(name, stage); });
    for (const std::string& warning : BinWarnings(info_)) Warn(warning);
    const StudyWarnings evidence = EvidenceWarnings(info_, correlations_);
    for (const std::string& warning : evidence.all) Warn(warning);
    info_.figure_warnings = evidence.by_figure;
    for (const std::string& reason : Undefined(sources_, info_)) Warn(reason);
  }

  // Explains undefined correlations of the latest analysis, for each source of counts.
  std::vector<std::string> Undefined(const std::vector<CountedFrequency>& sources,
                                     const StudyInfo& info) const {
    std::vector<std::string> sentences;
    for (const CountedFrequency& source : sources) {
      for (const std::string& reason :
           UndefinedReasons(info, correlations_, source.counts, source.frequency.log_proportions)) {
        const bool is_first = &source == &sources.front();
        sentences.push_back(is_first ? reason : "by the corpus's own counts, " + reason);
      }
    }
    return sentences;
  }

  void StudyNull() {
    const std::filesystem::path folder = folder_ / kNullFolder;
    std::filesystem::create_directory(folder);
    const NullInputs inputs = MakeNullInputs(options_.null_kind, pass_->batch, *encoder_,
                                             LogProportions(counts(), options_.smoothing), special_,
                                             options_.precision, options_.seed, folder);
    const std::vector<CountedFrequency> sources = {
        {sources_.front().counts, counts(),
         RelateToCounts(inputs.batch, counts(), LenientSmoothing())}};
    StudyInfo info = info_;
    info.null_kind = options_.null_kind;
    info.figure_warnings.clear();
    SetLeftOut(sources.front().frequency, info);
    Analyse(inputs, sources, folder, info, [](const char*, const auto& stage) { stage(); });
    info.warnings = LeftOutWarnings(info);
    for (const std::string& warning : BinWarnings(info)) info.warnings.push_back(warning);
    for (const std::string& reason : Undefined(sources, info)) info.warnings.push_back(reason);
    WriteStudyJson(folder, {{"zipflens", kVersion},
                            {"study", StudyInfoJson(info)},
                            {"vocabulary_size", inputs_->tokenizer.vocab_size()}});
  }

  // Runs the analysis and stores facts about the bins in `info`. `timed(name, stage)` runs a stage.
  template <typename Timer>
  void Analyse(const NullInputs& inputs, const std::vector<CountedFrequency>& sources,
               const std::filesystem::path& folder, StudyInfo& info, const Timer& timed) {
    WriteTokenCounts(folder / kTokenCountsTable, inputs_->tokenizer, counts(), options_.smoothing);
    WriteBatch(folder / kBatchTable, inputs.batch, sources.front().frequency);
    Analysis analysis({.encoder = inputs.encoder ? *inputs.encoder : *encoder_,
                       .batch = inputs.batch,
                       .encoder_ids = {inputs.encoder_ids.data(), inputs.batch.num_sequences,
                                       inputs.batch.sequence_length},
                       .frequencies = {},
                       .special = special_,
                       .layers = layers_.studied,
                       .num_bins = options_.num_bins,
                       .num_threads = inputs_->num_threads},
                      sources,
                      {.permutations = options_.num_permutations,
                       .resamples = options_.num_resamples,
                       .seed = options_.seed,
                       .num_threads = inputs_->num_threads},
                      folder);
    timed("encode", [&] { analysis.Encode(&observer_); });
    timed("statistics", [&] {
      FrequencyResults results = analysis.Finish(inputs_->tokenizer.vocabulary(), &observer_);
      info.merged_sequences = std::move(results.merged_sequences);
      info.empty_bins = results.empty_bins;
      correlations_ = std::move(results.findings.correlations);
    });
  }

  void Hash() {
    for (const std::filesystem::path& file : ModelFiles(local_.model)) {
      hashes_["model"][file.filename().string()] = Sha256OfFile(file);
    }
    hashes_["vocabulary"] = inputs_->tokenizer.vocabulary_sha256();
    hashes_["corpus"] = CorpusSha256(inputs_->corpus->info());
    if (!options_.counts_file.empty()) hashes_["counts"] = Sha256OfFile(options_.counts_file);
  }

  void Warn(const std::string& warning) {
    warnings_.push_back(warning);
    observer_.OnMessage("warning: " + warning);
  }

  static void SetLeftOut(const BatchFrequency& frequency, StudyInfo& info) {
    info.left_out_tokens = frequency.left_out_tokens;
    info.left_out_pairs = frequency.left_out_pairs;
    info.left_out_by_reason = frequency.left_out_by_reason;
  }

  // Returns what is known before the batch is related to frequency.
  StudyInfo MakeInfo() const {
    StudyInfo info;
    info.version = kVersion;
    info.options = options_;
    info.options.layers = layers_.studied;
    info.options.scatter_layer = layers_.scatter_layer;
    info.options.profile_layer = layers_.profile_layer;
    info.adjustment_layers = layers_.adjustments;
    info.shape = inputs_->model_config.shape();
    info.shape.vocab_size = inputs_->tokenizer.vocab_size();
    info.num_sequences = pass_->batch.num_sequences;
    info.sequence_length = inputs_->sequence_length;
    info.corpus_rows = inputs_->corpus->info().num_rows.value_or(pass_->documents_read);
    info.documents_counted = documents_counted_;
    info.tokens_counted = counts().total;
    return info;
  }

  Json StudyJson() {
    info_.warnings = warnings_;
    const CorpusInfo& corpus = inputs_->corpus->info();
    Json files = Json::array();
    for (const auto& file : corpus.files) files.push_back(file.string());
    Json json = {{"zipflens", kVersion},
                 {"study", StudyInfoJson(info_)},
                 {"vocabulary_size", inputs_->tokenizer.vocab_size()},
                 {"options",
                  {{"text_column", local_.corpus_options.text_column},
                   {"allow_fewer", options_.allow_fewer},
                   {"threads", inputs_->num_threads},
                   {"memory", options_.table_bytes},
                   {"seed", options_.seed},
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
    if (deviation_) {
      json["deviation_from_float32"] = {{"sequence", 0},
                                        {"mean_scores", deviation_->mean_scores},
                                        {"largest_mean_score", deviation_->largest_mean_score},
                                        {"log_norms", deviation_->log_norms},
                                        {"largest_log_norm", deviation_->largest_log_norm}};
    }
    if (options_.null_kind != NullKind::kNone) {
      json["null"] = {{"kind", NullKindName(options_.null_kind)},
                      {"folder", kNullFolder},
                      {"seed", options_.seed}};
    }
    return json;
  }

  const StudyOptions& options_;             // as the user gave them
  InputOptions local_;                      // local paths only
  std::vector<std::string> counts_corpus_;  // likewise
  std::filesystem::path folder_;
  StudyObserver& observer_;

  std::optional<StudyInputs> inputs_;
  std::optional<Encoder> encoder_;
  std::optional<PrecisionDeviation> deviation_;  // only if the precision is not float32
  StudyLayers layers_;
  std::vector<std::uint8_t> special_;  // by token id
  std::optional<CorpusPass> pass_;
  std::optional<TokenCounts> counts_elsewhere_;  // from counts_file or counts_corpus
  std::uint64_t documents_counted_ = 0;          // 0: not known, counts from a file
  std::vector<CountedFrequency> sources_;
  std::vector<Correlation> correlations_;  // of the latest analysis
  StudyInfo info_;
  std::vector<std::string> warnings_;
  Json timings_ = Json::object();
  Json hashes_ = Json::object();
};

}  // namespace

Study RunStudy(const StudyOptions& options, StudyObserver& observer, const StudyPlace& place) {
  auto folder = std::make_shared<StudyFolder>(place.folder, place.existing);
  StudyRun(options, folder->path(), observer).Run();
  Study study = Study::Load(folder->path());
  study.folder = std::move(folder);
  return study;
}

}  // namespace zipflens
