// CountCorpus: token counts of a corpus, alone, with checkpoints on the way.
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
  /// Documents are counted until their tokens are at least this many; the last is counted whole.
  std::uint64_t target_tokens = std::numeric_limits<std::uint64_t>::max();
  int num_threads = 1;
  std::size_t memory_budget = kDefaultTableBytes;  // see CorpusPassOptions
  std::filesystem::path checkpoint;                // empty: none
  double checkpoint_seconds = 10;                  // between two
  CorpusOptions corpus_options;                    // with which the corpus was opened
};

struct CountResult {
  CorpusPass pass;
  CorpusReport report;  // of all that was read, also before an interruption
};

/// Counts from the start, or from where the checkpoint stopped: the result is the same either way.
/// The checkpoint is replaced every so often and left where it is at the end. `corpus` must be at
/// its start. Throws InputError: a corpus without tokens, a checkpoint of another count.
CountResult CountCorpus(CorpusReader& corpus, const Tokenizer& tokenizer,
                        const CountOptions& options, ProgressObserver& observer);

}  // namespace zipflens
