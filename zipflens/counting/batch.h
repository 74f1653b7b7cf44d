// Batch: the sequences that the encoder reads, and BatchCollector, which chooses them while a
// corpus is read (docs/analysis.md, part 2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "zipflens/corpus/corpus.h"

namespace zipflens {

/// Which documents give the sequences of a batch, and where in a document its sequence begins. A
/// document gives at most one sequence, and only if it has at least S tokens.
enum class BatchChoice {
  kFirst,   // the first B such documents, from their first token (the notebook's)
  kRandom,  // B such documents at random, from a random token of each
};

/// "first", "random".
std::string BatchChoiceName(BatchChoice choice);

/// B sequences of S tokens, in the order of their documents. No [CLS] or [SEP] is added.
struct Batch {
  std::size_t num_sequences = 0;         // B
  std::size_t sequence_length = 0;       // S
  std::vector<std::int32_t> token_ids;   // [B, S]
  std::vector<std::uint64_t> documents;  // [B], index in the corpus
  std::vector<std::uint64_t> offsets;    // [B], tokens of the document before the sequence
  std::vector<std::string> titles;       // [B], empty if the document has no title

  std::span<const std::int32_t> Sequence(std::size_t sequence_idx) const {
    return std::span(token_ids).subspan(sequence_idx * sequence_length, sequence_length);
  }
};

/// Chooses the sequences of a batch from documents that are offered in any order. A random batch
/// holds the B documents with the smallest random numbers of all documents offered; the number of a
/// document depends only on the seed and the document's index. So the batch does not depend on the
/// order or on threads, and memory holds B sequences. Not thread-safe.
class BatchCollector {
 public:
  /// With `keeps_counts`, the counts of the whole documents of the batch are kept.
  BatchCollector(BatchChoice choice, std::size_t num_sequences, std::size_t sequence_length,
                 std::uint64_t seed, bool keeps_counts);

  /// Whether there are B sequences.
  bool full() const { return chosen_.size() == num_sequences_; }
  std::size_t size() const { return chosen_.size(); }
  /// Whether Add would take a document of this index and number of tokens.
  bool Wants(std::uint64_t document_idx, std::uint64_t num_tokens) const;
  /// Takes a document that is wanted, in place of another one if the batch is full. `ids` are all
  /// of its tokens; `is_counted` says whether the document is among those counted.
  void Add(const Document& document, std::span<const std::int32_t> ids, bool is_counted);

  /// Returns the batch.
  Batch MakeBatch() const;
  /// Returns the number of documents of the batch that are counted.
  std::uint64_t NumCounted() const;
  /// Adds, for each document of the batch that is counted, its counts to `counts`, [V], times
  /// weight(document index). Needs `keeps_counts`.
  template <typename Weight>
  void AddCountsInto(const Weight& weight, std::span<std::uint64_t> counts) const {
    for (const auto& [key, sequence] : chosen_) {
      for (const auto& [id, count] : sequence.counts) {
        counts[static_cast<std::size_t>(id)] += count * weight(key.second);
      }
    }
  }

 private:
  // The random number of a document (0 for a batch of first documents), then its index.
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  struct Sequence {
    std::uint64_t offset = 0;
    std::string title;
    std::vector<std::int32_t> token_ids;  // [S]
    std::vector<std::pair<std::int32_t, std::uint64_t>>
        counts;  // of the whole document, if counted
    bool is_counted = false;
  };

  Key KeyOf(std::uint64_t document_idx) const;

  BatchChoice choice_;
  std::size_t num_sequences_;
  std::size_t sequence_length_;
  std::uint64_t seed_;
  bool keeps_counts_;
  std::map<Key, Sequence> chosen_;
};

}  // namespace zipflens
