// One pass over the corpus: counts tokens and collects the batch (docs/analysis.md, parts 1 and 2).
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/base/progress.h"
#include "zipflens/corpus/corpus.h"
#include "zipflens/counting/batch.h"
#include "zipflens/stats/token_counts.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// The number of tokens to count for a corpus that is counted to its end.
inline constexpr std::uint64_t kNoTarget = std::numeric_limits<std::uint64_t>::max();

/// The default memory limit, in bytes, of the tables of distinct chunks of all threads together.
inline constexpr std::size_t kDefaultTableBytes = 1'000'000'000;

/// What a pass counts and collects.
struct CorpusPassOptions {
  /// Documents are counted until they have at least this many tokens; the last one is counted
  /// whole.
  std::uint64_t target_tokens = kNoTarget;
  std::size_t num_sequences = 0;    // B; 0: count only
  std::size_t sequence_length = 0;  // S
  bool allow_fewer = false;
  bool allow_no_tokens = false;  // if false, a pass without tokens is an error
  std::size_t num_threads = 1;
  /// In bytes, divided equally among the threads' tables; each gets at least 128 KiB. See
  /// ChunkCounter.
  std::size_t memory_budget = kDefaultTableBytes;
  BatchChoice batch_choice = BatchChoice::kFirst;
  std::uint64_t seed = 0;      // of a random batch
  bool counts_halves = false;  // compute CorpusPass::even_counts
  bool counts_others = false;  // compute CorpusPass::others
};

/// Counts are halved only up to this target, because the counts of both halves share 64 bits.
inline constexpr std::uint64_t kMostHalvedTokens = std::uint64_t{1} << 31;

/// The counts of the counted documents that give no sequence of the batch.
struct OtherDocuments {
  TokenCounts counts;
  std::vector<std::uint64_t> even_counts;  // as CorpusPass::even_counts
  std::uint64_t documents_counted = 0;
};

struct CorpusPass {
  explicit CorpusPass(std::size_t vocab_size) : counts(vocab_size) {}

  TokenCounts counts;
  std::uint64_t documents_counted = 0;
  std::uint64_t documents_read = 0;  // to count them or to collect the batch
  /// The part of `counts` from documents with an even index, [V]; with counts_halves, else empty.
  /// It is empty, too, if target_tokens is larger than kMostHalvedTokens.
  std::vector<std::uint64_t> even_counts;
  std::optional<OtherDocuments> others;  // with counts_others
  bool corpus_ended = false;             // all documents were read
  std::uint64_t first_document_tokens = 0;
  CorpusReport report;  // of row ranges only; the corpus reports the rest
  Batch batch;
};

/// Reads documents until the target is counted and the batch is full. A random batch is chosen
/// among the documents that are counted; if fewer than B of them are long enough, it takes all of
/// those and the next long ones. Documents are counted by their distinct chunks, on `num_threads`
/// threads. The order of the documents decides where counting ends and which of them are collected,
/// so the result does not depend on the threads. Without a target and a batch, the threads also
/// read: each one reads row ranges of the corpus. The corpus may be read a few blocks further than
/// needed. Any thread may call the observer, but only one at a time, and no thread reads the corpus
/// meanwhile. Throws InputError if the corpus has no tokens (unless allow_no_tokens), or if it ends
/// before B sequences are found (with allow_fewer: before one is found).
CorpusPass ReadCorpus(CorpusReader& corpus, const Tokenizer& tokenizer,
                      const CorpusPassOptions& options, ProgressObserver* observer);

}  // namespace zipflens
