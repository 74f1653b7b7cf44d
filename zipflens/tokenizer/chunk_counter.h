// ChunkCounter: counts a text's tokens, and encodes texts, by way of the chunks it has seen.
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

/// Counts are those of Tokenizer::EncodeInto on every text, id for id, and so are encoded ids: the
/// ids of a text are those of its chunks in a row (TextEncoder), so each distinct chunk is
/// tokenized once and looked up in a hash table from then on. Added tokens sought in raw text are
/// matched first and are no chunks. Where a vocabulary has added tokens with `normalized` set,
/// which may span chunks, every text is encoded whole instead: exact, but no faster than the
/// tokenizer.
///
/// One thread's: each thread has its own, and their counts are summed. The tokenizer must outlive
/// it.
class ChunkCounter {
 public:
  static constexpr std::size_t kDefaultMemoryBudget = std::size_t{1} << 30;

  /// When chunks are tokenized.
  enum class Tokenizing {
    kAtOnce,
    kAtTheEnd,  // where counts are asked for, once for several counters; for counting only
  };

  /// `memory_budget`, in bytes, bounds the table: a chunk that would make it larger first sends the
  /// rare ones away, whose tokens are added to the counts. Less than 128 KiB is taken for that.
  explicit ChunkCounter(const Tokenizer& tokenizer,
                        std::size_t memory_budget = kDefaultMemoryBudget,
                        Tokenizing tokenizing = Tokenizing::kAtOnce);
  ~ChunkCounter();
  ChunkCounter(const ChunkCounter&) = delete;
  ChunkCounter& operator=(const ChunkCounter&) = delete;

  /// Counts the tokens of a text `weight` times and returns how many the text has. Counts are
  /// modulo 2^64: weight 0 only looks, and weight 2^64 - 1 takes back what was counted, by this or
  /// another counter that the sum is over. With kAtTheEnd what is returned is a guess, within a
  /// few parts of a hundred for natural language. Throws InvalidUtf8 at the first bad byte; the
  /// counts mean nothing afterwards.
  std::uint64_t Add(std::string_view text, std::uint64_t weight = 1);

  /// How many tokens were counted. Costs as much as AddCountsInto.
  std::uint64_t NumTokens() const;

  /// Appends the ids of a text; counts nothing. Not with kAtTheEnd. Throws InvalidUtf8, leaving
  /// `ids` with some ids of the text.
  void EncodeInto(std::string_view text, std::vector<std::int32_t>& ids);

  /// Adds what was counted to counts[id], [V].
  void AddCountsInto(std::span<std::uint64_t> counts) const;

  /// Adds what all of them counted, on so many threads, each of which takes a part of the chunks:
  /// those of one counter that the first has too are tokenized once. The counters, which are of one
  /// tokenizer, are not to be used afterwards.
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
  // A chunk that is too long for the table.
  template <typename Sink>
  void RunLongChunk(std::string_view chunk, Sink& sink);

  // Tokenizes a chunk that the table lacks and stores it.
  ChunkTable::Entry& InsertChunk(ChunkTable::Key key, std::uint64_t hash, std::string_view chunk);
  // Sets the ids of `buffers_`.
  void EncodeNewChunk(std::string_view chunk);
  void RequireUtf8(std::string_view chunk) const;
  // Ids of an entry of a table; `ids` holds them where the table does not.
  std::span<const std::int32_t> IdsOf(const ChunkTable& table, const ChunkTable::Entry& entry,
                                      std::vector<std::int32_t>& ids) const;
  void AddSlice(std::span<const std::unique_ptr<ChunkCounter>> others, std::uint64_t slice,
                std::span<std::uint64_t> counts);

  const Tokenizer::Data& data_;
  const Tokenizer& tokenizer_;
  std::size_t memory_budget_;
  Tokenizing tokenizing_;
  ChunkTable table_;
  std::vector<std::uint64_t> counts_;  // [V], of all that is not in the table
  std::unique_ptr<Buffers> buffers_;
  const char* text_begin_ = nullptr;  // of the text at hand, for messages
};

}  // namespace zipflens
