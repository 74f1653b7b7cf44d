// Options of each kind of run, with the notebook's defaults (docs/analysis.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "zipflens/analysis/null_kind.h"
#include "zipflens/corpus/corpus.h"
#include "zipflens/counting/corpus_pass.h"
#include "zipflens/hub/hub_options.h"
#include "zipflens/kernels/products/precision.h"
#include "zipflens/stats/token_counts.h"

namespace zipflens {

/// The inputs of a run.
struct InputOptions {
  std::filesystem::path model;      // a folder, or a name of the hub
  std::vector<std::string> corpus;  // files, globs or folders, or a name of the hub
  CorpusOptions corpus_options;     // how the corpus is read
  HubOptions hub;
};

/// How the corpus is counted, and which of its tokens and of the model's layers are analysed.
struct BatchOptions {
  std::uint64_t target_tokens = 1'000'000;  // counting stops after the document that reaches it
  std::size_t num_sequences = 64;           // B
  std::size_t sequence_length = 0;          // S; 0: max_position_embeddings
  BatchChoice batch_choice = BatchChoice::kFirst;
  bool allow_fewer = false;  // accept fewer sequences than num_sequences
  Smoothing smoothing = Smoothing::kExclude;
  std::vector<int> layers;                         // empty: all
  std::size_t num_threads = 0;                     // 0: all
  std::uint64_t table_bytes = kDefaultTableBytes;  // see CorpusPassOptions::memory_budget
  std::uint64_t seed = 0;                          // of all random numbers
};

/// Options of RunStudy.
struct StudyOptions : InputOptions, BatchOptions {
  std::size_t num_bins = 40;
  int scatter_layer = -1;                     // part5b; -1: floor((5 L + 12) / 24)
  int profile_layer = -1;                     // part5c, part5d; -1: floor((7 L + 12) / 24)
  Precision precision = Precision::kFloat32;  // of the operands of dense layers

  bool exclude_special = false;      // leave special tokens out of the statistics
  bool exclude_punctuation = false;  // leave tokens of punctuation only out
  std::size_t skip_positions = 0;    // leave positions below this one out
  /// Counts that replace those of the batch's own corpus; at most one of the three may be set.
  std::filesystem::path counts_file;       // see count_reader.h
  std::vector<std::string> counts_corpus;  // counted up to target_tokens, like the corpus
  bool counts_split = false;               // of the documents that give no sequence of the batch
  NullKind null_kind = NullKind::kNone;    // a second study, under a null hypothesis
  std::size_t num_null_draws = 0;          // draws of it; 0: DefaultNullDraws(null_kind)
  std::size_t num_permutations = 10'000;   // for each p of a type-level correlation; 0: no p
  std::size_t num_resamples = 2'000;       // for each interval over types; 0: none
};

/// Fewer permutations or resamples than this are refused, except 0, because p and intervals from
/// them vary from seed to seed.
inline constexpr std::size_t kFewestResamples = 200;
inline constexpr std::size_t kMostResamples = 10'000'000;
inline constexpr std::size_t kMostNullDraws = 10'000;

/// Options of RunCapture.
struct CaptureOptions : InputOptions, BatchOptions {
  bool head_scores = false;        // also write z of every head
  bool attention_outputs = false;  // also write o
};

}  // namespace zipflens
