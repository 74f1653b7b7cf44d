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
#include "zipflens/analysis/control_tables.h"
#include "zipflens/analysis/null_draws.h"
#include "zipflens/analysis/null_study.h"
#include "zipflens/analysis/precision_check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/model_files.h"
#include "zipflens/base/sha256.h"
#include "zipflens/counting/count_file.h"
#include "zipflens/hub/hub_names.h"
#include "zipflens/kernels/instruction_set.h"
#include "zipflens/model/encoder.h"
#include "zipflens/study/option_checks.h"
#include "zipflens/study/run_record.h"
#include "zipflens/study/study_counts.h"
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

/// Makes one study, from options to folder. Each member function is a stage.
class StudyRun {
 public:
  StudyRun(const StudyOptions& options, const std::filesystem::path& folder,
           StudyObserver& observer)
      : options_(options),
        local_(WithLocalPaths(options, ModelPart::kAll, observer)),
        counts_corpus_(LocalCorpusPaths(options.counts_corpus, options.hub, observer)),
        folder_(folder),
        observer_(observer),
        counts_(options, local_.corpus_options, counts_corpus_, observer,
                [this](const std::string& warning) { Warn(warning); }) {}

  void Run() {
    Timed("load", [this] { Load(); });
    Timed("count", [this] {
      counts_.Count(*inputs_);
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
    counts_.ReadFile(inputs_->tokenizer);
    RequirePrecision(options_.precision);
    encoder_.emplace(Encoder::Load(local_.model, inputs_->model_config, Precision::kFloat32));
    observer_.OnModel(inputs_->model_config);
  }

  const Batch& batch() const { return counts_.pass().batch; }

  // The first source has the counts that the study uses; the corpus's own counts follow if they
  // differ.
  void RelateBatch() {
    info_ = MakeInfo();
    sources_ =
        counts_.Relate(batch(), info_.counts_source(), inputs_->tokenizer, options_.smoothing);
    if (counts_.is_elsewhere()) {
      WriteTokenCounts(folder_ / kCorpusTokenCountsTable, inputs_->tokenizer, counts_.pass().counts,
                       options_.smoothing);
    }
    WriteReliability(folder_, counts_.Reliability(sources_), {});
    SetLeftOut(sources_.front().frequency, info_);
    for (const std::string& warning : LeftOutWarnings(info_)) Warn(warning);
  }

  // Rounds the float32 model to the requested precision. The change of the values of the first
  // sequence is reported and recorded.
  void LowerPrecision() {
    const std::span<const std::int32_t> first = batch().Sequence(0);
    const SequenceValues in_float32 = MeasureSequence(*encoder_, first, layers_.studied);
    encoder_->LowerPrecision(options_.precision);
    const SequenceValues lowered = MeasureSequence(*encoder_, first, layers_.studied);
    deviation_ = Compare(lowered, in_float32);
    observer_.OnMessage(DeviationText(options_.precision, *deviation_));
  }

  void StudyReal() {
    const NullInputs own{batch(), batch().token_ids, std::nullopt};
    Analyse(own, sources_, folder_, info_,
            [this](const char* name, const auto& stage) { Timed(name, stage); });
    for (const std::string& warning : BinWarnings(info_)) Warn(warning);
    const StudyWarnings evidence = EvidenceWarnings(info_, correlations_);
    for (const std::string& warning : evidence.all) Warn(warning);
    info_.figure_warnings = evidence.by_figure;
    for (const std::string& reason : Undefined(sources_, info_)) Warn(reason);
    for (const std::string& warning : ResamplingWarnings(info_)) Warn(warning);
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

  // Compares the study with draws of the null hypothesis. The first draw fills the folder of a
  // whole null study; of the others only the correlations are kept.
  void StudyNull() {
    const std::vector<Correlation> correlations = OwnCorrelations();
    const std::filesystem::path folder = folder_ / kNullFolder;
    std::filesystem::create_directory(folder);
    FirstDraw(folder);
    std::vector<NullDraw> draws = DrawsOf(correlations_, 0);
    const auto add = [&](const std::vector<NullDraw>& rows) {
      draws.insert(draws.end(), rows.begin(), rows.end());
    };
    const std::size_t num_draws = info_.options.num_null_draws;
    if (options_.null_kind == NullKind::kPermutedFrequencies) {
      std::vector<CountedFrequency> sources;
      for (std::size_t draw = 1; draw < num_draws; ++draw) sources.push_back(PermutedSource(draw));
      const NullInputs inputs{batch(), batch().token_ids, std::nullopt};
      if (!sources.empty()) add(Draws(inputs, sources, 1, folder));
    } else {
      for (std::size_t draw = 1; draw < num_draws; ++draw) {
        const NullInputs inputs = NullInputsOf(draw, folder);
        add(Draws(inputs, NullSources(inputs), draw, folder));
      }
    }
    WriteNullDraws(folder_, draws, {});
    WriteNullTests(folder_, NullTests(correlations, draws), {});
  }

  // The study's own correlations by the counts that it uses.
  std::vector<Correlation> OwnCorrelations() const {
    std::vector<Correlation> rows = correlations_;
    std::erase_if(rows,
                  [this](const Correlation& row) { return row.counts != sources_.front().counts; });
    return rows;
  }

  CountedFrequency PermutedSource(std::size_t draw) const {
    const CountedFrequency& own = sources_.front();
    return {own.counts, own.token_counts,
            PermutedFrequency(batch(), own.frequency, options_.seed, draw)};
  }

  NullInputs NullInputsOf(std::size_t draw, const std::filesystem::path& folder) const {
    // Seeds of draws are far from the seeds that a user may give to other studies.
    const std::uint64_t seed = options_.seed + (std::uint64_t{draw} << 32);
    return MakeNullInputs(options_.null_kind, batch(), *encoder_,
                          LogProportions(counts_.counts(), options_.smoothing), special_,
                          options_.precision, seed, folder);
  }

  // An uncounted token is left out of a null study instead of refused.
  std::vector<CountedFrequency> NullSources(const NullInputs& inputs) const {
    const Smoothing lenient =
        options_.smoothing == Smoothing::kError ? Smoothing::kExclude : options_.smoothing;
    std::vector<CountedFrequency> sources =
        counts_.Relate(inputs.batch, sources_.front().counts, inputs_->tokenizer, lenient);
    while (sources.size() > 1) sources.pop_back();
    return sources;
  }

  std::vector<NullDraw> Draws(const NullInputs& inputs, std::span<const CountedFrequency> sources,
                              std::size_t first_draw, const std::filesystem::path& folder) {
    return CorrelationsOfDraws(MakeEncodeInput(inputs), sources, first_draw, folder, &observer_);
  }

  void FirstDraw(const std::filesystem::path& folder) {
    const NullInputs inputs = NullInputsOf(0, folder);
    std::vector<CountedFrequency> sources;
    if (options_.null_kind == NullKind::kPermutedFrequencies) {
      sources.push_back(PermutedSource(0));
    } else {
      sources = NullSources(inputs);
    }
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

  EncodeInput MakeEncodeInput(const NullInputs& inputs) const {
    return {.encoder = inputs.encoder ? *inputs.encoder : *encoder_,
            .batch = inputs.batch,
            .encoder_ids = {inputs.encoder_ids.data(), inputs.batch.num_sequences,
                            inputs.batch.sequence_length},
            .frequencies = {},
            .special = special_,
            .layers = layers_.studied,
            .num_bins = options_.num_bins,
            .num_threads = inputs_->num_threads};
  }

  // Runs the analysis and stores facts about the bins in `info`. `timed(name, stage)` runs a stage.
  template <typename Timer>
  void Analyse(const NullInputs& inputs, const std::vector<CountedFrequency>& sources,
               const std::filesystem::path& folder, StudyInfo& info, const Timer& timed) {
    WriteTokenCounts(folder / kTokenCountsTable, inputs_->tokenizer, counts_.counts(),
                     options_.smoothing);
    WriteBatch(folder / kBatchTable, inputs.batch, sources.front().frequency);
    Analysis analysis(MakeEncodeInput(inputs), sources,
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
    if (options_.num_null_draws == 0) {
      info.options.num_null_draws =
          options_.null_kind == NullKind::kNone ? 0 : DefaultNullDraws(options_.null_kind);
    }
    info.num_sequences = batch().num_sequences;
    info.sequence_length = inputs_->sequence_length;
    info.corpus_rows = inputs_->corpus->info().num_rows.value_or(counts_.pass().documents_read);
    info.documents_counted = counts_.documents_counted();
    info.tokens_counted = counts_.counts().total;
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
                   {"ended", counts_.pass().corpus_ended},
                   {"first_document_tokens", counts_.pass().first_document_tokens}}},
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
  StudyCounts counts_;

  std::optional<StudyInputs> inputs_;
  std::optional<Encoder> encoder_;
  std::optional<PrecisionDeviation> deviation_;  // only if the precision is not float32
  StudyLayers layers_;
  std::vector<std::uint8_t> special_;  // by token id
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
