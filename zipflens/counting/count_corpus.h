// CountCorpus: counts the tokens of a corpus, without a batch, and writes checkpoints meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>

#include "zipflens/base/progress.h"
#include "zipflens/corpus/corpus.h"
#include "zipflens/counting/corpus_pass.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

struct CountOptions {
  /// Documents are counted until they have at least this many tokens; the last one is counted
  /// whole.
  std::uint64_t target_tokens = kNoTarget;
  std::size_t num_threads = 1;
  std::size_t memory_budget = kDefaultTableBytes;  // see CorpusPassOptions
  std::filesystem::path checkpoint;                // empty: none
  double checkpoint_seconds = 10;                  // between two checkpoints
  CorpusOptions corpus_options;                    // the options with which the corpus was opened
};

struct CountResult {
  CorpusPass pass;
  CorpusReport report;  // of everything read, including before an interruption
};

/// Counts from the beginning, or resumes from the checkpoint if there is one; the result is the
/// same. The checkpoint is replaced every `checkpoint_seconds` and is kept at the end. `corpus`
/// must be at its beginning. Throws InputError if the corpus has no tokens or the checkpoint
/// belongs to another count.
CountResult CountCorpus(CorpusReader& corpus, const Tokenizer& tokenizer,
                        const CountOptions& options, ProgressObserver& observer);

}  // namespace zipflens
