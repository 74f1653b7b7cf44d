// One pass over the corpus: counts tokens and collects the batch (docs/analysis.md, parts 1 and 2).
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "zipflens/base/progress.h"
#include "zipflens/corpus/corpus.h"
#include "zipflens/stats/token_counts.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// B sequences of S tokens: the first S of every document that has as many.
struct Batch {
  int num_sequences = 0;                 // B
  int sequence_length = 0;               // S
  std::vector<std::int32_t> token_ids;   // [B, S]
  std::vector<std::uint64_t> documents;  // [B], index in the corpus
  std::vector<std::string> titles;       // [B], empty where the corpus has none

  std::span<const std::int32_t> Sequence(int sequence_idx) const {
    return std::span(token_ids).subspan(
        static_cast<std::size_t>(sequence_idx) * static_cast<std::size_t>(sequence_length),
        static_cast<std::size_t>(sequence_length));
  }
};

/// What the tables of distinct chunks may take, in bytes, all threads' together.
inline constexpr std::size_t kDefaultTableBytes = 1'000'000'000;

/// What a pass is to find.
struct CorpusPassOptions {
  /// Documents are counted until their tokens are at least this many; the last is counted whole.
  std::uint64_t target_tokens = std::numeric_limits<std::uint64_t>::max();
  int num_sequences = 0;    // B; 0: count only
  int sequence_length = 0;  // S
  bool allow_fewer = false;
  bool allow_no_tokens = false;  // a part of a corpus may have none
  int num_threads = 1;
  /// Divided among the threads' tables; at least 128 KiB each. See ChunkCounter.
  std::size_t memory_budget = kDefaultTableBytes;
};

struct CorpusPass {
  explicit CorpusPass(std::size_t vocab_size) : counts(vocab_size) {}

  TokenCounts counts;
  std::uint64_t documents_counted = 0;
  std::uint64_t documents_read = 0;  // for counting or for the batch
  bool corpus_ended = false;         // all documents were read
  std::uint64_t first_document_tokens = 0;
  CorpusReport report;  // of what was read in row ranges, which the corpus does not know of
  Batch batch;
};

/// Reads documents from the start until the target is counted and the batch is full. Documents are
/// counted by their distinct chunks on `num_threads` threads; where counting ends, and which are
/// collected, goes by their order: the result does not depend on the threads. Without a target and
/// a batch, threads read too, each a row range of the corpus. The corpus may have
/// been read a few blocks further. The observer is called by any thread, one at a time, while no
/// other reads the corpus. Throws InputError: a corpus without tokens, or one that ends before B
/// sequences are found (unless allow_fewer, and then if none is).
CorpusPass ReadCorpus(CorpusReader& corpus, const Tokenizer& tokenizer,
                      const CorpusPassOptions& options, ProgressObserver* observer);

}  // namespace zipflens
