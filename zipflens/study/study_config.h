// StudyConfig: every choice of a study, as a value.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "zipflens/corpus/corpus.h"
#include "zipflens/kernels/matmul.h"
#include "zipflens/stats/token_counts.h"
#include "zipflens/study/corpus_pass.h"
#include "zipflens/study/hub_options.h"

namespace zipflens {

/// A hypothesis under which frequency cannot matter to the encoder, studied beside the real thing.
enum class NullKind {
  kNone,
  kShuffledTokens,      // the tokens of each sequence in random order
  kRandomWeights,       // an encoder of the same shape and precision with random weights
  kPermutedVocabulary,  // the encoder reads each counted, not special type as another, one to one
};

/// "", "shuffled-tokens", "random-weights", "permuted-vocabulary".
std::string NullKindName(NullKind kind);

/// Options of a study with the notebook's defaults (analysis.md). Zero or -1 means "from the model"
/// where said so.
struct StudyConfig {
  std::filesystem::path model_dir;        // or a name of the hub
  std::vector<std::string> corpus_paths;  // files, globs or folders; or a name of the hub
  CorpusOptions corpus_options;           // how they are read
  HubOptions hub;
  std::string model_name;   // for the record; empty: model_dir
  std::string corpus_name;  // for the record; empty: corpus_paths

  std::uint64_t target_tokens = 1'000'000;
  int num_sequences = 64;    // B
  int sequence_length = 0;   // S; 0: max_position_embeddings
  bool allow_fewer = false;  // go on with fewer sequences than num_sequences
  Smoothing smoothing = Smoothing::kExclude;
  int num_bins = 40;
  std::vector<int> layers;                         // empty: all
  int scatter_layer = -1;                          // part5b; -1: floor((5 L + 12) / 24)
  int profile_layer = -1;                          // part5c, part5d; -1: floor((7 L + 12) / 24)
  int num_threads = 0;                             // 0: all
  std::uint64_t table_bytes = kDefaultTableBytes;  // see CorpusPassOptions::memory_budget
  Precision precision = Precision::kFloat32;       // of the dense layers' operands
  std::uint64_t seed = 0;                          // of everything random

  bool exclude_special = false;      // leave special tokens out of the statistics
  bool exclude_punctuation = false;  // and tokens of punctuation only
  int skip_positions = 0;            // and positions below it
  // Counts from elsewhere than the batch's own corpus; at most one of the two.
  std::filesystem::path counts_file;             // see count_reader.h
  std::vector<std::string> counts_corpus_paths;  // up to target_tokens, as the corpus
  NullKind null_kind = NullKind::kNone;          // a second study, under a null hypothesis
  std::size_t num_permutations = 10'000;         // behind every p of a type-level correlation
  std::size_t num_resamples = 2'000;             // behind every bootstrap interval
};

}  // namespace zipflens
