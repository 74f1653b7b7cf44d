// Study: what a study was made from and what it found, as a value; saved to a folder and loaded
// from it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/analysis/findings.h"
#include "zipflens/model/probe.h"
#include "zipflens/study/study_folder.h"
#include "zipflens/study/study_options.h"

namespace zipflens {

/// What a study was made from and with.
struct StudyInfo {
  std::string version;  // of zipflens
  /// As the user gave them, but for the layers: `layers` lists those studied, `scatter_layer` and
  /// `profile_layer` are those shown.
  StudyOptions options;
  ModelShape shape;               // V, L, H, E, d
  int num_sequences = 0;          // B; at most options.num_sequences
  int sequence_length = 0;        // S
  std::uint64_t corpus_rows = 0;  // rows seen or known
  std::uint64_t documents_counted = 0;
  std::uint64_t tokens_counted = 0;      // N
  NullKind null_kind = NullKind::kNone;  // of a null study; kNone: a real one
  std::uint64_t left_out_tokens = 0;     // batch tokens that take no part, of B * S
  std::uint64_t left_out_pairs = 0;      // token pairs with such a token, of B * S * S
  /// Batch tokens that take no part, by the first reason that applies: "position", "special",
  /// "punctuation", "never counted". Sums to left_out_tokens.
  std::map<std::string, std::uint64_t> left_out_by_reason;
  std::uint64_t empty_bins = 0;        // (sequence, bin) without a pair
  std::vector<int> merged_sequences;   // sequences with fewer bins, left out of the averages
  std::vector<int> adjustment_layers;  // part4a: 0, L/2, L-1 (those studied)
  std::vector<std::string> warnings;
  /// Warnings that belong on a figure, by its name ("part4b", "part6", ...), shortened for it.
  std::map<std::string, std::vector<std::string>> figure_warnings;

  /// As the user named them.
  std::string model_name() const { return options.model.string(); }
  std::string corpus_name() const;
  /// Where the counts behind the log-proportions come from, and what the user called it; empty: the
  /// corpus itself.
  CountSource counts_source() const;
  std::string counts_name() const;
};

/// One bin of one sequence and layer: a row of profiles.parquet.
struct ProfileBin {
  double left = 0;
  double right = 0;
  double centre = 0;    // mean of its two edges
  std::uint64_t n = 0;  // pairs
  double mean = 0;      // of Z; NaN where n = 0
  double std = 0;       // ddof 0; NaN where n = 0
};

/// n of one layer, [B, S] row-major.
struct LayerAdjustments {
  int layer = 0;
  std::vector<float> log_norm;
};

/// Every 500th pair of the row-major flattened [S, S] matrix, for all sequences, of one layer.
struct ScoreSample {
  int layer = 0;
  std::vector<int> sequence;
  std::vector<double> pair_log_proportion;  // u; NaN: left out
  std::vector<float> score;                 // Z
};

/// Layers to show other than the study's own; UsageError if they were not studied.
struct ShownLayers {
  std::optional<int> scatter_layer;
  std::optional<int> profile_layer;
};

/// A study. Tables that grow with its sequences stay on disk; here are their values for the layers
/// that the figures show. Copies share the folder.
struct Study {
  /// Reads a saved study, and the study under the null hypothesis in it. Throws InputError: not a
  /// study folder, a table that is missing or not as it was written.
  static Study Load(const std::filesystem::path& folder, const ShownLayers& shown = {});

  /// Makes the study appear whole as `folder`, or not at all. `add` writes more files (figures)
  /// into it before it appears. Throws OutputError.
  void Save(const std::filesystem::path& folder,
            AtomicOutput::Existing existing = AtomicOutput::Existing::kRefuse,
            const std::function<void(const std::filesystem::path& folder)>& add = {});

  /// The folder with the tables (docs/outputs.md) and study.json; a temporary one until Save.
  const std::filesystem::path& tables() const { return folder->path(); }

  std::shared_ptr<StudyFolder> folder;
  StudyInfo info;
  // Part 1, by token id [V]
  std::vector<std::string> tokens;
  std::vector<std::uint64_t> counts;
  std::vector<double> proportions;  // c / N
  // Part 2, [B, S] row-major
  std::vector<std::int32_t> token_ids;
  std::vector<double> log_proportions;  // a; NaN: left out
  std::vector<std::string> titles;      // [B]
  // Parts 4 to 6
  std::vector<LayerAdjustments> adjustments;          // of info.adjustment_layers
  ScoreSample score_sample;                           // of info.options.scatter_layer
  std::vector<std::vector<ProfileBin>> profile_bins;  // [B][bins] of info.options.profile_layer
  std::vector<LayerProfile> layer_profiles;        // of info.options.layers, raw scores, head mean
  std::vector<LayerProfile> row_centred_profiles;  // the same of row-centred scores
  std::vector<Correlation> correlations;
  // Beside the notebook
  std::vector<Slope> slopes;
  std::vector<SplitShare> splits;
  std::vector<TypeRow> types;  // of info.adjustment_layers
  /// The same study under a null hypothesis (info.null_kind of it says which), or nothing.
  std::shared_ptr<const Study> null_study;

  /// The correlations of one measure and method with sequence == -1 and head == -1, by the study's
  /// own count source, in layer order.
  std::vector<Correlation> ByLayer(Measure measure,
                                   CorrelationMethod method = CorrelationMethod::kPearson) const;
  /// Those of one measure and layer with head == -1, in sequence order.
  std::vector<Correlation> BySequence(Measure measure, int layer) const;
};

}  // namespace zipflens
