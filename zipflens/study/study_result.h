// StudyResult: what a study found, as a value; read back from a study folder by LoadStudy
// (study_files.h).
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "zipflens/model/probe.h"

namespace zipflens {

/// An entry that was not computed or is not defined; null in the tables.
inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

/// What a study was made from and with.
struct StudyInfo {
  std::string version;      // of zipflens
  std::string model_name;   // as the user named it
  std::string corpus_name;  // as the user named it
  ModelShape shape;         // V, L, H, E, d
  int num_sequences = 0;    // B
  int sequence_length = 0;  // S
  int num_bins = 0;
  std::vector<int> layers;        // the layers studied, ascending
  std::uint64_t corpus_rows = 0;  // rows seen or known
  std::uint64_t documents_counted = 0;
  std::uint64_t tokens_counted = 0;  // N
  std::uint64_t target_tokens = 0;
  std::string smoothing;                      // "exclude", "laplace", "error"
  std::string precision;                      // PrecisionName: "float32", "bfloat16", ...
  std::vector<std::string> excluded_classes;  // --exclude: "special", "punctuation"
  int skipped_positions = 0;                  // --skip-positions: positions below it are left out
  std::string counts_source = "corpus";       // "corpus" (the study's own), "file", "other corpus"
  std::string counts_name;                    // the file or the other corpus; empty: its own
  std::string null_kind;              // of a null study: "shuffled-tokens", ...; empty: a real one
  std::uint64_t seed = 0;             // of everything random
  int num_permutations = 0;           // behind every p of a type-level correlation
  int num_resamples = 0;              // behind every bootstrap interval
  std::uint64_t left_out_tokens = 0;  // batch tokens that take no part, of B * S
  std::uint64_t left_out_pairs = 0;   // token pairs with such a token, of B * S * S
  /// Batch tokens that take no part, by the first reason that applies: "position", "special",
  /// "punctuation", "never counted". Sums to left_out_tokens.
  std::map<std::string, std::uint64_t> left_out_by_reason;
  std::uint64_t empty_bins = 0;        // (sequence, bin) without a pair
  std::vector<int> merged_sequences;   // sequences with fewer bins, left out of the averages
  int scatter_layer = 0;               // part5b
  int profile_layer = 0;               // part5c, part5d
  std::vector<int> adjustment_layers;  // part4a: 0, L/2, L-1 (those studied)
  std::vector<std::string> warnings;
  /// Warnings that belong on a figure, by its name ("part4b", "part6", ...), shortened for it.
  std::map<std::string, std::vector<std::string>> figure_warnings;
};

/// One row of correlations.parquet; docs/outputs.md lists the measures.
struct Correlation {
  std::string measure;  // "log_norm", "bin_mean", "pair", "type_log_norm", ...
  int layer = 0;
  int head = -1;            // -1: all heads, or their mean
  int sequence = -1;        // -1: all sequences
  double estimate = 0;      // r; NaN where it is not defined
  double lower = kNoValue;  // 95 % confidence interval
  double upper = kNoValue;
  double p = kNoValue;            // two-sided
  double q = kNoValue;            // p adjusted over `family` (Benjamini & Hochberg 1995)
  std::uint64_t n = 0;            // points correlated
  std::string method = {};        // "pearson", "spearman"
  std::string family = {};        // which p were adjusted together; empty: none
  std::string counts = "corpus";  // StudyInfo::counts_source of the log-proportions behind it
};

/// One row of slopes.parquet: a coefficient of a least-squares fit of scores over token pairs.
struct Slope {
  std::string response;  // "score", "row_centred_score"
  std::string term;      // "intercept", "query", "key", "query_x_key", "distance", "same_token",
                         // "query_position", "key_position", "query_special", "key_special"
  int layer = 0;
  int head = -1;                     // -1: the mean over heads
  double estimate = kNoValue;        // NaN: dropped, as the term does not vary
  double standard_error = kNoValue;  // clustered by sequence
  double lower = kNoValue;           // 95 % confidence interval
  double upper = kNoValue;
  double p = kNoValue;  // two-sided
  double q = kNoValue;
  std::string family = {};
  double type_estimate = kNoValue;  // "query" and "key" of "score": the slope of one point a type
  double type_p = kNoValue;         // of it, types permuted: p and q of type_row_score (query) and
  double type_q = kNoValue;         // type_column_score (key), Pearson
  std::uint64_t n = 0;              // pairs
  std::uint64_t clusters = 0;       // sequences
  std::string counts = "corpus";
};

/// One row of split.parquet: what one part of the scores adds to their variance over the pairs.
struct SplitShare {
  int layer = 0;
  int head = -1;
  std::string part;            // "content", "query_only", "key_only", "constant", or two of them
                               // ("content,query_only"): twice their covariance
  double mean = kNoValue;      // of the part; NaN for two parts
  double variance = kNoValue;  // or twice the covariance
  double share = kNoValue;     // of the variance of z; those of one layer and head add up to 1
};

/// One row of types.parquet: a token type of the batch in one layer. Means are over its occurrences
/// that take part.
struct TypeRow {
  int id = 0;
  std::uint64_t count = 0;  // in the counted corpus
  double log_proportion = 0;
  std::uint64_t occurrences = 0;  // in the batch
  int layer = 0;
  double mean_log_norm = kNoValue;      // of n, positions 1 and up; NaN: position 0 only
  double mean_row_score = kNoValue;     // of the mean of Z over its keys
  double mean_column_score = kNoValue;  // of the mean of Z over its queries
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

/// Bins of a layer averaged over the sequences (docs/analysis.md part 6). [num_bins] each.
struct LayerProfile {
  int layer = 0;
  std::vector<double> centre = {};
  std::vector<double> mean = {};
  std::vector<double> std = {};
  std::vector<double> lower = {};  // 95 % interval of mean, bootstrap over sequences; may be NaN
  std::vector<double> upper = {};
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

/// Everything the figures and the report show. Large tables are here only for the layers they show.
struct StudyResult {
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
  ScoreSample score_sample;                           // of info.scatter_layer
  std::vector<std::vector<ProfileBin>> profile_bins;  // [B][bins] of info.profile_layer
  std::vector<LayerProfile> layer_profiles;           // of info.layers, raw scores, head mean
  std::vector<LayerProfile> row_centred_profiles;     // the same of row-centred scores
  std::vector<Correlation> correlations;
  // Beside the notebook
  std::vector<Slope> slopes;
  std::vector<SplitShare> splits;
  std::vector<TypeRow> types;  // of info.adjustment_layers
  /// The same study under a null hypothesis (info.null_kind of it says which), or nothing.
  std::shared_ptr<const StudyResult> null_study;

  /// The correlations of one measure and method with sequence == -1 and head == -1, by the study's
  /// own count source, in layer order.
  std::vector<Correlation> ByLayer(const std::string& measure,
                                   const std::string& method = "pearson") const;
  /// Those of one measure and layer with head == -1, in sequence order.
  std::vector<Correlation> BySequence(const std::string& measure, int layer) const;
};

}  // namespace zipflens
