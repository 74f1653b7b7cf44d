#include "zipflens/tokenizer/chunk_counter.h"

#include <algorithm>
#include <array>
#include <string>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"
#include "zipflens/base/utf8.h"
#include "zipflens/kernels/chunk_bounds.h"
#include "zipflens/tokenizer/tokenizer_data.h"

namespace zipflens {
namespace {

// MakeShortKey reads this many bytes and accepts only shorter chunks.
constexpr std::size_t kKeyBytes = 16;
// Marks a chunk without a key. UTF-8 text never contains the last byte of this value.
constexpr ChunkTable::Key kTooLong = {0, std::uint64_t{0xC1} << 56};

// A smaller table would drop chunks more often than it finds them again.
constexpr std::size_t kLeastMemory = std::size_t{1} << 17;

bool IsBoundary(char character) {
  const unsigned char byte = ByteOf(character);
  return IsAsciiSpace(byte) || IsAsciiPunctuation(byte);
}

// Estimates the number of ids, for progress: the pieces of rare words have about four bytes.
std::uint32_t GuessedIds(std::string_view chunk) {
  return static_cast<std::uint32_t>((chunk.size() + 3) / 4);
}

[[noreturn]] void ThrowInvalidUtf8(std::size_t offset) {
  throw InvalidUtf8({.place = "byte " + std::to_string(offset),
                     .found = "a byte that is not UTF-8",
                     .expected = "UTF-8 text"},
                    offset);
}

}  // namespace

// The data that the passes over a piece of text share.
struct ChunkCounter::Buffers {
  ChunkBounds bounds;
  std::array<ChunkTable::Key, ChunkBounds::kMaxTextBytes> keys;
  std::array<std::uint64_t, ChunkBounds::kMaxTextBytes> hashes{};
  std::vector<std::int32_t> new_ids;
};

// Adds a weight to the count of each chunk.
class ChunkCounter::CountSink {
 public:
  CountSink(std::span<std::uint64_t> counts, std::uint64_t weight)
      : counts_(counts), weight_(weight) {}

  // Processes the chunks of a piece with its state in registers. The compiler could not keep
  // members of the sink in registers, because a count in the table might alias them.
  class Visitor {
   public:
    Visitor(CountSink& sink, const ChunkTable& /*table*/) : weight_(sink.weight_) {}
    void OnChunk(ChunkTable::Entry& entry) {
      entry.count += weight_;
      num_tokens_ += entry.num_ids;
    }
    void Finish(CountSink& sink) const { sink.num_tokens_ += num_tokens_; }

   private:
    std::uint64_t weight_;
    std::uint64_t num_tokens_ = 0;
  };
  void OnIds(std::span<const std::int32_t> ids) {
    num_tokens_ += ids.size();
    for (const std::int32_t id : ids) counts_[id] += weight_;
  }
  std::uint64_t num_tokens() const { return num_tokens_; }

 private:
  std::span<std::uint64_t> counts_;
  std::uint64_t weight_;
  std::uint64_t num_tokens_ = 0;
};

// Appends the ids of each chunk.
class ChunkCounter::EncodeSink {
 public:
  explicit EncodeSink(std::vector<std::int32_t>& ids) : ids_(ids) {}
  ~EncodeSink() { Flush(); }
  EncodeSink(const EncodeSink&) = delete;
  EncodeSink& operator=(const EncodeSink&) = delete;

  class Visitor {
   public:
    Visitor(EncodeSink& sink, const ChunkTable& table) : sink_(sink), table_(table) {}
    void OnChunk(const ChunkTable::Entry& entry) {
      if (entry.num_ids == 1) {
        sink_.OnId(static_cast<std::int32_t>(entry.ids));
      } else {
        sink_.OnIds(table_.Ids(entry));
      }
    }
    void Finish(EncodeSink& /*sink*/) const {}

   private:
    EncodeSink& sink_;
    const ChunkTable& table_;
  };
  void OnId(std::int32_t id) {
    if (size_ == buffer_.size()) Flush();
    buffer_[size_++] = id;
  }
  void OnIds(std::span<const std::int32_t> ids) {
    if (size_ + ids.size() > buffer_.size()) Flush();
    if (ids.size() > buffer_.size()) {
      ids_.insert(ids_.end(), ids.begin(), ids.end());
    } else {
      std::copy(ids.begin(), ids.end(), buffer_.begin() + size_);
      size_ += ids.size();
    }
  }
  void Flush() {
    ids_.insert(ids_.end(), buffer_.begin(), buffer_.begin() + size_);
    size_ = 0;
  }

 private:
  std::vector<std::int32_t>& ids_;
  std::size_t size_ = 0;
  std::array<std::int32_t, 1024> buffer_{};
};

ChunkCounter::ChunkCounter(const Tokenizer& tokenizer, std::size_t memory_budget,
                           Tokenizing tokenizing)
    : data_(*tokenizer.data_),
      tokenizer_(tokenizer),
      memory_budget_(std::max(memory_budget, kLeastMemory)),
      tokenizing_(tokenizing),
      counts_(tokenizer.vocab_size(), 0),
      buffers_(std::make_unique<Buffers>()) {}

ChunkCounter::~ChunkCounter() = default;

std::uint64_t ChunkCounter::Add(std::string_view text, std::uint64_t weight) {
  CountSink sink(counts_, weight);
  Run(text, sink);
  return sink.num_tokens();
}

void ChunkCounter::EncodeInto(std::string_view text, std::vector<std::int32_t>& ids) {
  ZIPFLENS_CHECK(tokenizing_ == Tokenizing::kAtOnce);
  EncodeSink sink(ids);
  Run(text, sink);
}

template <typename Sink>
void ChunkCounter::Run(std::string_view text, Sink& sink) {
  text_begin_ = text.data();
  if (!data_.normalized_tokens.empty()) {
    buffers_->new_ids.clear();
    tokenizer_.EncodeInto(text, buffers_->new_ids);
    sink.OnIds(buffers_->new_ids);
    return;
  }
  if (data_.raw_tokens.empty()) {
    RunSegment(text, sink);
    return;
  }
  if (data_.raw_tokens_see_neighbours) {  // the matcher needs valid characters
    const std::size_t invalid = FirstInvalidUtf8(text);
    if (invalid != text.size()) ThrowInvalidUtf8(invalid);
  }
  data_.raw_tokens.Split(
      text, [&](std::string_view part) { RunSegment(part, sink); },
      [&](std::int32_t id) {
        sink.OnIds({&id, 1});
      });
}

template <typename Sink>
void ChunkCounter::RunSegment(std::string_view segment, Sink& sink) {
  ChunkBounds& bounds = buffers_->bounds;
  while (!segment.empty()) {
    std::size_t size = std::min(segment.size(), ChunkBounds::kMaxTextBytes);
    FindChunksInto(segment.substr(0, size), bounds);
    // A chunk at the end of a piece may continue after it, so it belongs to the next piece.
    if (size < segment.size() && bounds.size > 0 && bounds.ends[bounds.size - 1] == size) {
      size = bounds.begins[--bounds.size];
    }
    if (size != 0) {
      RunChunks(segment, bounds, sink);
    } else {  // one chunk is longer than a piece
      size = ChunkBounds::kMaxTextBytes;
      while (size < segment.size() && !IsBoundary(segment[size])) ++size;
      RunLongChunk(segment.substr(0, size), sink);
    }
    segment.remove_prefix(size);
  }
}

// Works in two passes, so that many entries of the table are prefetched at the same time.
template <typename Sink>
void ChunkCounter::RunChunks(std::string_view text, const ChunkBounds& bounds, Sink& sink) {
  ChunkTable::Key* keys = buffers_->keys.data();
  std::uint64_t* hashes = buffers_->hashes.data();
  const auto chunk = [&](std::size_t i) {
    return std::string_view(text.data() + bounds.begins[i], bounds.ends[i] - bounds.begins[i]);
  };
  // From the start of each of these chunks on, the text has at least the bytes that MakeShortKey
  // reads.
  std::size_t num_inside = bounds.size;
  while (num_inside > 0 && bounds.begins[num_inside - 1] + kKeyBytes > text.size()) --num_inside;
  const ChunkTable::Prefetcher prefetcher = table_.prefetcher();
  const auto prepare = [keys, hashes, prefetcher](std::size_t i, ChunkTable::Key key) {
    keys[i] = key;
    hashes[i] = ChunkTable::Hash(key);
    prefetcher.Prefetch(hashes[i]);
  };
  const auto any_key = [&](std::size_t i) {
    return chunk(i).size() <= ChunkTable::kMaxChunkBytes ? ChunkTable::MakeKey(chunk(i)) : kTooLong;
  };
  for (std::size_t i = 0; i < num_inside; ++i) {
    const unsigned size = unsigned{bounds.ends[i]} - bounds.begins[i];
    prepare(i, size < kKeyBytes ? ChunkTable::MakeShortKey(text.data() + bounds.begins[i], size)
                                : any_key(i));
  }
  for (std::size_t i = num_inside; i < bounds.size; ++i) prepare(i, any_key(i));
  const auto seek = [&](std::size_t i) -> ChunkTable::Entry* {
    if (keys[i].high == kTooLong.high) {
      RunLongChunk(chunk(i), sink);
      return nullptr;
    }
    ChunkTable::Entry* entry = table_.Find(keys[i], hashes[i], chunk(i));
    return entry != nullptr ? entry : &InsertChunk(keys[i], hashes[i], chunk(i));
  };
  typename Sink::Visitor visitor(sink, table_);
  table_.Visit(keys, hashes, bounds.size, seek,
               [&visitor](ChunkTable::Entry& entry) { visitor.OnChunk(entry); });
  visitor.Finish(sink);
}

template <typename Sink>
void ChunkCounter::RunLongChunk(std::string_view chunk, Sink& sink) {
  EncodeNewChunk(chunk);
  sink.OnIds(buffers_->new_ids);
}

ChunkTable::Entry& ChunkCounter::InsertChunk(ChunkTable::Key key, std::uint64_t hash,
                                             std::string_view chunk) {
  std::vector<std::int32_t>& ids = buffers_->new_ids;
  ids.clear();
  const bool at_once = tokenizing_ == Tokenizing::kAtOnce;
  if (at_once) {
    EncodeNewChunk(chunk);
  } else {
    RequireUtf8(chunk);
  }
  if (table_.BytesToInsert(ids.size()) > memory_budget_) {
    std::vector<std::int32_t> dropped_ids;
    table_.RetainFrequent([&](const ChunkTable& table, const ChunkTable::Entry& entry) {
      for (const std::int32_t id : IdsOf(table, entry, dropped_ids)) {
        counts_[id] += entry.count;
      }
    });
  }
  if (at_once) return table_.Insert(key, hash, chunk, ids);
  return table_.InsertWithoutIds(key, hash, chunk, GuessedIds(chunk));
}

// Chunks are separated at ASCII bytes and at added tokens, so a text is UTF-8 if and only if each
// of its chunks is. Therefore only new chunks are checked.
void ChunkCounter::EncodeNewChunk(std::string_view chunk) {
  buffers_->new_ids.clear();
  if (data_.encoder.EncodePlainChunkInto(chunk, buffers_->new_ids)) return;
  RequireUtf8(chunk);
  data_.encoder.EncodeTextInto(chunk, buffers_->new_ids);
}

void ChunkCounter::RequireUtf8(std::string_view chunk) const {
  const std::size_t invalid = FirstInvalidUtf8(chunk);
  if (invalid == chunk.size()) return;
  ThrowInvalidUtf8((chunk.data() - text_begin_) + invalid);
}

}  // namespace zipflens
