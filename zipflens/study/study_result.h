// StudyResult: what a study found, as a value; read back from a study folder by LoadStudy
// (study_files.h).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "zipflens/model/probe.h"

namespace zipflens {

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
  std::string smoothing;               // "exclude", "laplace", "error"
  std::string precision;               // "float32"
  std::uint64_t left_out_tokens = 0;   // batch tokens never counted, of B * S
  std::uint64_t left_out_pairs = 0;    // token pairs with such a token, of B * S * S
  std::uint64_t empty_bins = 0;        // (sequence, bin) without a pair
  std::vector<int> merged_sequences;   // sequences with fewer bins, left out of the averages
  int scatter_layer = 0;               // part5b
  int profile_layer = 0;               // part5c, part5d
  std::vector<int> adjustment_layers;  // part4a: 0, L/2, L-1 (those studied)
  std::vector<std::string> warnings;
};

/// One row of correlations.parquet.
struct Correlation {
  std::string measure;  // "log_norm", "bin_mean", "bin_std"
  int layer = 0;
  int head = -1;        // -1: all heads, or their mean
  int sequence = -1;    // -1: all sequences
  double estimate = 0;  // Pearson r; NaN where it is not defined
  double lower = 0;     // confidence interval; NaN where none was computed
  double upper = 0;
  double p = 0;         // NaN where none was computed
  double q = 0;         // NaN where none was computed
  std::uint64_t n = 0;  // points correlated
  std::string method;   // "pearson"
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

/// Bins of a layer averaged over the sequences (analysis.md part 6). [num_bins] each.
struct LayerProfile {
  int layer = 0;
  std::vector<double> centre;
  std::vector<double> mean;
  std::vector<double> std;
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
  std::vector<LayerProfile> layer_profiles;           // of info.layers
  std::vector<Correlation> correlations;

  /// The correlations of one measure with sequence == -1 and head == -1, in layer order.
  std::vector<Correlation> ByLayer(const std::string& measure) const;
  /// Those of one measure and layer with head == -1, in sequence order.
  std::vector<Correlation> BySequence(const std::string& measure, int layer) const;
};

}  // namespace zipflens
