// ChunkCounter: counts the tokens of texts and encodes texts; it tokenizes each distinct chunk
// once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "zipflens/tokenizer/chunk_table.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

struct ChunkBounds;

/// Counts and encoded ids are exactly those of Tokenizer::EncodeInto. The ids of a text are the
/// concatenated ids of its chunks (see TextEncoder). Each distinct chunk is therefore tokenized
/// once and then looked up in a hash table. Added tokens that are searched in raw text are matched
/// first and do not belong to chunks. Added tokens with `normalized` set may span chunks. If a
/// vocabulary has some, every text is encoded whole instead, which is exact but no faster than the
/// tokenizer.
///
/// Not thread-safe: each thread has a counter of its own, and their counts are summed. The
/// tokenizer must outlive the counter.
class ChunkCounter {
 public:
  static constexpr std::size_t kDefaultMemoryBudget = std::size_t{1} << 30;

  /// When chunks are tokenized.
  enum class Tokenizing {
    kAtOnce,
    kAtTheEnd,  // when counts are requested, once for several counters; only for counting
  };

  /// `memory_budget` bounds the table, in bytes; values below 128 KiB are raised to 128 KiB. If a
  /// new chunk would exceed the budget, rare chunks are removed first and their tokens are added to
  /// the counts.
  explicit ChunkCounter(const Tokenizer& tokenizer,
                        std::size_t memory_budget = kDefaultMemoryBudget,
                        Tokenizing tokenizing = Tokenizing::kAtOnce);
  ~ChunkCounter();
  ChunkCounter(const ChunkCounter&) = delete;
  ChunkCounter& operator=(const ChunkCounter&) = delete;

  /// Counts the tokens of a text `weight` times and returns the number of tokens of the text.
  /// Counts are modulo 2^64: weight 0 counts nothing, and weight 2^64 - 1 subtracts a text that
  /// this counter, or another one in the same sum, has counted. With kAtTheEnd the returned number
  /// is an estimate, within a few percent for natural language. Throws InvalidUtf8 at the first
  /// invalid byte; after that the counts are undefined.
  std::uint64_t Add(std::string_view text, std::uint64_t weight = 1);

  /// Returns the number of tokens counted. Costs as much as AddCountsInto.
  std::uint64_t NumTokens() const;

  /// Appends the ids of a text and counts nothing. Must not be called with kAtTheEnd. Throws
  /// InvalidUtf8; `ids` may then contain some ids of the text.
  void EncodeInto(std::string_view text, std::vector<std::int32_t>& ids);

  /// Adds the counts of this counter to `counts`, [V], by id.
  void AddCountsInto(std::span<std::uint64_t> counts) const;

  /// Adds the counts of all counters to `counts`, on `num_threads` threads that divide the chunks
  /// among them. A chunk that both the first counter and another one have is tokenized once for the
  /// two. All counters must have the same tokenizer and must not be used afterwards.
  static void AddAllCountsInto(std::span<const std::unique_ptr<ChunkCounter>> counters,
                               std::size_t num_threads, std::span<std::uint64_t> counts);

 private:
  struct Buffers;
  class CountSink;
  class EncodeSink;

  template <typename Sink>
  void Run(std::string_view text, Sink& sink);
  template <typename Sink>
  void RunSegment(std::string_view segment, Sink& sink);
  template <typename Sink>
  void RunChunks(std::string_view text, const ChunkBounds& bounds, Sink& sink);
  // Handles a chunk that is too long for the table.
  template <typename Sink>
  void RunLongChunk(std::string_view chunk, Sink& sink);

  // Tokenizes a chunk that is not in the table and stores it.
  ChunkTable::Entry& InsertChunk(ChunkTable::Key key, std::uint64_t hash, std::string_view chunk);
  // Sets buffers_->new_ids to the ids of `chunk`.
  void EncodeNewChunk(std::string_view chunk);
  void RequireUtf8(std::string_view chunk) const;
  // Returns the ids of an entry of a table. If the table does not have them, they are computed into
  // `ids`.
  std::span<const std::int32_t> IdsOf(const ChunkTable& table, const ChunkTable::Entry& entry,
                                      std::vector<std::int32_t>& ids) const;
  void AddSlice(std::span<const std::unique_ptr<ChunkCounter>> others, std::uint64_t slice,
                std::span<std::uint64_t> counts);

  const Tokenizer::Data& data_;
  const Tokenizer& tokenizer_;
  std::size_t memory_budget_;
  Tokenizing tokenizing_;
  ChunkTable table_;
  std::vector<std::uint64_t> counts_;  // [V], of everything that is not in the table
  std::unique_ptr<Buffers> buffers_;
  const char* text_begin_ = nullptr;  // of the current text, for messages
};

}  // namespace zipflens
