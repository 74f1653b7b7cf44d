// Study: the inputs and the results of a study, in memory; it can be saved to a folder and loaded
// from it. docs/analysis.md defines the symbols and the parts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/analysis/control_rows.h"
#include "zipflens/analysis/findings.h"
#include "zipflens/model/probe.h"
#include "zipflens/study/study_folder.h"
#include "zipflens/study/study_options.h"

namespace zipflens {

/// The inputs and options of a study, and facts about its batch.
struct StudyInfo {
  std::string version;  // of zipflens
  /// The options as the user gave them, except that `layers` lists the layers studied, and
  /// `scatter_layer` and `profile_layer` are those shown.
  StudyOptions options;
  ModelShape shape;                 // V, L, H, E, d
  std::size_t num_sequences = 0;    // B; at most options.num_sequences
  std::size_t sequence_length = 0;  // S
  std::uint64_t corpus_rows = 0;    // of the corpus if known, else documents read
  std::uint64_t documents_counted = 0;
  std::uint64_t tokens_counted = 0;      // N
  NullKind null_kind = NullKind::kNone;  // kNone: this is not a null study
  std::uint64_t left_out_tokens = 0;     // of the B * S batch tokens
  std::uint64_t left_out_pairs = 0;      // of the B * S * S pairs; with such a token
  /// The number of left-out batch tokens by the first reason that applies: "position", "special",
  /// "punctuation" or "never counted". They sum to left_out_tokens.
  std::map<std::string, std::uint64_t> left_out_by_reason;
  std::uint64_t empty_bins = 0;               // number of (sequence, bin) without a pair
  std::vector<std::size_t> merged_sequences;  // sequences with fewer bins, not in averages
  std::vector<int> adjustment_layers;         // of part4a: 0, L/2, L-1, or the nearest studied
  std::vector<std::string> warnings;
  /// Warnings to draw on a figure, in short form, by the figure's name ("part4b", "part6", ...).
  std::map<std::string, std::vector<std::string>> figure_warnings;

  /// B S, the number of tokens of the batch.
  std::size_t num_tokens() const { return num_sequences * sequence_length; }
  /// The model and the corpus as the user named them.
  std::string model_name() const { return options.model.string(); }
  std::string corpus_name() const;
  /// The source of the counts from which log-proportions are computed, and the user's name of it;
  /// the name is empty for the corpus itself.
  CountSource counts_source() const;
  std::string counts_name() const;
};

/// One bin of one sequence and layer: a row of profiles.parquet.
struct ProfileBin {
  double left = 0;
  double right = 0;
  double centre = 0;    // the mean of left and right
  std::uint64_t n = 0;  // pairs
  double mean = 0;      // of Z; NaN if n = 0
  double std = 0;       // of Z, ddof 0; NaN if n = 0
};

/// The log norms n of one layer, [B, S] row-major.
struct LayerAdjustments {
  int layer = 0;
  std::vector<float> log_norm;
};

/// The scores of one layer for every 500th pair of the row-major flattened [S, S] matrix, for all
/// sequences.
struct ScoreSample {
  int layer = 0;
  std::vector<int> sequence;
  std::vector<double> pair_log_proportion;  // u; NaN: the pair is left out
  std::vector<float> score;                 // Z
};

/// The layers to show instead of the study's own. Study::Load throws UsageError if they were not
/// studied.
struct ShownLayers {
  std::optional<int> scatter_layer;
  std::optional<int> profile_layer;
};

/// A study. The tables that grow with its sequences stay on disk; the members hold their values for
/// the layers that the figures show. Copies share the folder.
struct Study {
  /// Loads a saved study, and the null study in its folder if there is one. Throws InputError if
  /// `folder` is not a study folder, or if a table is missing or was changed.
  static Study Load(const std::filesystem::path& folder, const ShownLayers& shown = {});

  /// Saves the study as `final_path`, atomically. `add` writes further files (figures) into the
  /// folder before it appears. Throws OutputError.
  void Save(const std::filesystem::path& final_path,
            AtomicOutput::Existing existing = AtomicOutput::Existing::kRefuse,
            const std::function<void(const std::filesystem::path& folder)>& add = {});

  /// The folder with the tables (docs/outputs.md) and study.json. It is temporary until Save.
  const std::filesystem::path& tables() const { return folder->path(); }

  std::shared_ptr<StudyFolder> folder;
  StudyInfo info;
  // Part 1, by token id [V]
  std::vector<std::string> tokens;
  std::vector<std::uint64_t> counts;
  std::vector<double> proportions;  // c / N
  // Part 2, [B, S] row-major
  std::vector<std::int32_t> token_ids;
  std::vector<double> log_proportions;  // a; NaN: the token is left out
  std::vector<std::string> titles;      // [B]
  // Parts 4 to 6
  std::vector<LayerAdjustments> adjustments;          // of info.adjustment_layers
  ScoreSample score_sample;                           // of info.options.scatter_layer
  std::vector<std::vector<ProfileBin>> profile_bins;  // [B][bins], of info.options.profile_layer
  std::vector<LayerProfile> layer_profiles;        // of info.options.layers, raw scores, head mean
  std::vector<LayerProfile> row_centred_profiles;  // the same for row-centred scores
  std::vector<Correlation> correlations;
  // Statistics that the notebook does not have
  std::vector<Slope> slopes;
  std::vector<Explained> explained;
  std::vector<SplitShare> splits;
  std::vector<TypeRow> types;  // of info.adjustment_layers
  std::vector<Replication> replication;
  std::vector<PartialCorrelation> partial;
  std::vector<ReliabilityRow> reliability;  // empty in a null study
  std::vector<NullTest> null_tests;         // empty without a null study
  /// The same study under a null hypothesis, which its info.null_kind names; nullptr if there is
  /// none.
  std::shared_ptr<const Study> null_study;

  /// Returns the correlations of one measure and method with sequence == -1 and head == -1, from
  /// info.counts_source(), in layer order.
  std::vector<Correlation> ByLayer(Measure measure,
                                   CorrelationMethod method = CorrelationMethod::kPearson) const;
  /// Returns the correlations of the single sequences for one measure and layer with head == -1, in
  /// sequence order.
  std::vector<Correlation> BySequence(Measure measure, int layer) const;
};

}  // namespace zipflens
