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

/// B sequences of S tokens: the first S tokens of each of the first B documents that have at least
/// S tokens.
struct Batch {
  std::size_t num_sequences = 0;         // B
  std::size_t sequence_length = 0;       // S
  std::vector<std::int32_t> token_ids;   // [B, S]
  std::vector<std::uint64_t> documents;  // [B], index in the corpus
  std::vector<std::string> titles;       // [B], empty if the document has no title

  std::span<const std::int32_t> Sequence(std::size_t sequence_idx) const {
    return std::span(token_ids).subspan(sequence_idx * sequence_length, sequence_length);
  }
};

/// The default memory limit, in bytes, of the tables of distinct chunks of all threads together.
inline constexpr std::size_t kDefaultTableBytes = 1'000'000'000;

/// What a pass counts and collects.
struct CorpusPassOptions {
  /// Documents are counted until they have at least this many tokens; the last one is counted
  /// whole.
  std::uint64_t target_tokens = std::numeric_limits<std::uint64_t>::max();
  std::size_t num_sequences = 0;    // B; 0: count only
  std::size_t sequence_length = 0;  // S
  bool allow_fewer = false;
  bool allow_no_tokens = false;  // if false, a pass without tokens is an error
  std::size_t num_threads = 1;
  /// In bytes, divided equally among the threads' tables; each gets at least 128 KiB. See
  /// ChunkCounter.
  std::size_t memory_budget = kDefaultTableBytes;
};

struct CorpusPass {
  explicit CorpusPass(std::size_t vocab_size) : counts(vocab_size) {}

  TokenCounts counts;
  std::uint64_t documents_counted = 0;
  std::uint64_t documents_read = 0;  // to count them or to collect the batch
  bool corpus_ended = false;         // all documents were read
  std::uint64_t first_document_tokens = 0;
  CorpusReport report;  // of row ranges only; the corpus reports the rest
  Batch batch;
};

/// Reads documents until the target is counted and the batch is full. Documents are counted by
/// their distinct chunks, on `num_threads` threads. The order of the documents decides where
/// counting ends and which of them are collected, so the result does not depend on the threads.
/// Without a target and a batch, the threads also read: each one reads row ranges of the corpus.
/// The corpus may be read a few blocks further than needed. Any thread may call the observer, but
/// only one at a time, and no thread reads the corpus meanwhile. Throws InputError if the corpus
/// has no tokens (unless allow_no_tokens), or if it ends before B sequences are found (with
/// allow_fewer: before one is found).
CorpusPass ReadCorpus(CorpusReader& corpus, const Tokenizer& tokenizer,
                      const CorpusPassOptions& options, ProgressObserver* observer);

}  // namespace zipflens
