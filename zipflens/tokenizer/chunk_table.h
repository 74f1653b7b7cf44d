// ChunkTable: a hash table of distinct chunks of text, with the count and the token ids of each.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "zipflens/base/zeroed_buffer.h"

namespace zipflens {

/// A hash table for short strings. It uses linear probing over entries of half a cache line and is
/// filled to at most three quarters. The home of an entry is given by the highest bits of its hash,
/// so tables of any size hold their entries in about the same order. Chunks of up to 16 bytes are
/// stored in their entry, longer ones in an arena. A single id is stored in the entry, several ids
/// in another arena. Only RetainFrequent removes entries. Not thread-safe.
class ChunkTable {
 public:
  /// Longer chunks are not stored, because they are hardly ever repeated.
  static constexpr std::size_t kMaxChunkBytes = 64;
  /// Entry::ids of a chunk whose ids are not known yet.
  static constexpr std::uint32_t kUnknownIds = ~std::uint32_t{0};

  /// The value by which chunks are compared. For a chunk of up to 15 bytes it holds the bytes,
  /// padded with zeros, and the last byte of `high` is a tag with the length, a value that is never
  /// the last byte of UTF-8 text. A chunk of 16 bytes fills the key and needs no tag. For a chunk
  /// in the arena, `high` is another tag and a hash of the bytes; `low` is 0 in a search key, and
  /// in the table it says where the bytes are.
  struct Key {
    std::uint64_t low = 0;
    std::uint64_t high = 0;  // never 0
  };
  struct Entry {
    Key key;
    std::uint64_t count = 0;    // set by the caller; modulo 2^64
    std::uint32_t ids = 0;      // the only id, else the first one's index in ids_
    std::uint32_t num_ids = 0;  // an estimate while the ids are not known

    bool has_ids() const { return ids != kUnknownIds; }
  };

  /// Storage for the bytes of a chunk that is stored in its entry.
  using InlineChunk = std::array<char, sizeof(Key)>;

  ChunkTable();

  /// Returns the key of a chunk of 1 to 15 bytes. It reads 16 bytes from `bytes`.
  static Key MakeShortKey(const char* bytes, std::size_t size) {
    Key key;
    std::memcpy(&key.low, bytes, sizeof(key.low));
    std::memcpy(&key.high, bytes + sizeof(key.low), sizeof(key.high));
    key.low &= kMasks[size].low;
    key.high = (key.high & kMasks[size].high) | kMasks[size].tag;
    return key;
  }
  /// Returns the key of a chunk of 1 to kMaxChunkBytes bytes.
  static Key MakeKey(std::string_view chunk);

  static std::uint64_t Hash(Key key) {
    return Mix(key.low ^ 0x9E3779B97F4A7C15U, key.high ^ 0xD6E8FEB86659FD93U);
  }

  /// Prefetches the home entries of hashes into the cache. Valid until the next Insert or
  /// RetainFrequent.
  class Prefetcher {
   public:
    void Prefetch(std::uint64_t hash) const { __builtin_prefetch(entries_ + (hash >> shift_)); }

   private:
    friend class ChunkTable;
    Prefetcher(const Entry* entries, unsigned shift) : entries_(entries), shift_(shift) {}
    const Entry* entries_;
    unsigned shift_;
  };
  Prefetcher prefetcher() const { return {entries_.data(), shift_}; }

  /// Returns the entry of a chunk, or nullptr if there is none. `chunk` is used only for keys of
  /// chunks in the arena.
  Entry* Find(Key key, std::uint64_t hash, std::string_view chunk) {
    if (IsLong(key)) return FindLong(key, hash, chunk);
    for (std::size_t place = Home(hash);; place = Behind(place)) {
      Entry& entry = entries_[place];
      if (IsSame(entry.key, key)) return &entry;
      if (entry.key.high == 0) return nullptr;
    }
  }
  Entry* Find(std::string_view chunk) {
    const Key key = MakeKey(chunk);
    return Find(key, Hash(key), chunk);
  }

  /// Calls on_found(entry) for each of `num_keys` chunks, in order. The entry is the one at the
  /// home of the hash, if its key is equal, as it is for nearly all frequent chunks. Otherwise it
  /// is the result of sought(i), which may change the table; if that is nullptr, on_found is not
  /// called.
  template <typename Sought, typename OnFound>
  void Visit(const Key* keys, const std::uint64_t* hashes, std::size_t num_keys,
             const Sought& sought, const OnFound& on_found) {
    Entry* entries = entries_.data();
    unsigned shift = shift_;
    for (std::size_t i = 0; i < num_keys; ++i) {
      Entry* entry = &entries[hashes[i] >> shift];
      if (!IsSame(entry->key, keys[i])) [[unlikely]] {
        entry = sought(i);
        entries = entries_.data();
        shift = shift_;
        if (entry == nullptr) continue;
      }
      on_found(*entry);
    }
  }

  /// Inserts a chunk that is not in the table, with count 0. Invalidates pointers to entries.
  Entry& Insert(Key key, std::uint64_t hash, std::string_view chunk,
                std::span<const std::int32_t> ids);

  /// Inserts a chunk without its ids. `num_ids` is an estimate of their number.
  Entry& InsertWithoutIds(Key key, std::uint64_t hash, std::string_view chunk,
                          std::uint32_t num_ids);

  /// Returns the bytes of an entry's chunk. They are in `storage`, or in the arena and then valid
  /// until the next Insert or RetainFrequent.
  std::string_view ChunkOf(const Entry& entry, InlineChunk& storage) const;

  /// Returns the ids of an entry with has_ids(). The span is valid until the next Insert or
  /// RetainFrequent; a single id lies in `entry` itself.
  std::span<const std::int32_t> Ids(const Entry& entry) const {
    if (entry.num_ids == 1) return {reinterpret_cast<const std::int32_t*>(&entry.ids), 1};
    return {ids_.data() + entry.ids, entry.num_ids};
  }

  std::size_t size() const { return size_; }
  /// Returns the peak memory of the table, in bytes, during an Insert with `num_ids` ids.
  std::size_t BytesToInsert(std::size_t num_ids) const;

  /// Calls visit(entry) for every chunk, in unspecified order.
  template <typename Visitor>
  void ForEach(const Visitor& visit) const {
    for (const Entry& entry : entries_) {
      if (entry.key.high != 0) visit(entry);
    }
  }

  /// Calls visit(entry, hash) for every chunk whose hash lies in slice `slice` of the 2^log2_slices
  /// equal slices of all hashes. Different slices may be visited concurrently. The visits may
  /// change counts, including the count of the entry that Find(key, hash, chunk) finds in another
  /// table for the same chunk.
  template <typename Visitor>
  void ForEachInSlice(std::uint64_t slice, unsigned log2_slices, const Visitor& visit) {
    const auto slice_of = [=](std::uint64_t hash) {
      return log2_slices == 0 ? 0 : hash >> (64 - log2_slices);
    };
    const std::size_t begin = (entries_.size() * slice) >> log2_slices;
    const std::size_t end = (entries_.size() * (slice + 1)) >> log2_slices;
    // Entries after the end may belong to the slice, up to the next empty place, because linear
    // probing displaces them.
    for (std::size_t i = begin; i < begin + entries_.size(); ++i) {
      Entry& entry = entries_[i & (entries_.size() - 1)];
      if (entry.key.high == 0) {
        if (i >= end) return;
        continue;
      }
      const std::uint64_t hash = Hash(SoughtKey(entry));
      if (slice_of(hash) == slice) visit(entry, hash);
    }
  }

  /// Returns the key by which the chunk of an entry is searched and hashed.
  static Key SoughtKey(const Entry& entry) {
    return {IsLong(entry.key) ? 0 : entry.key.low, entry.key.high};
  }

  /// Keeps the most frequent chunks, at most a quarter of all, and removes the others. Calls
  /// drop(table, entry) for each of them before removal, so table.Ids(entry) is still valid there.
  template <typename Drop>
  void RetainFrequent(const Drop& drop) {
    const std::size_t least_width = LeastWidthToKeep();
    std::vector<Entry> kept;
    kept.reserve(size_ / kKeptPart);
    ForEach([&](const Entry& entry) {
      if (CountWidth(entry) < least_width) {
        drop(std::as_const(*this), entry);
      } else {
        kept.push_back(entry);
      }
    });
    KeepOnly(kept);
  }

 private:
  struct Mask {
    std::uint64_t low, high, tag;
  };
  static const Mask kMasks[16];
  static constexpr std::size_t kKeptPart = 4;  // RetainFrequent keeps at most one in kKeptPart
  static constexpr std::uint64_t kTagShift = 56;
  static constexpr std::uint64_t kShortTag = 0xF0;  // combined with the length, up to 15
  static constexpr std::uint64_t kLongTag = 0xC0;   // a lead byte is never the last byte of a chunk

  static bool IsSame(Key a, Key b) { return ((a.low ^ b.low) | (a.high ^ b.high)) == 0; }
  static bool IsLong(Key key) { return key.high >> kTagShift == kLongTag; }
  static std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }

  Entry* FindLong(Key key, std::uint64_t hash, std::string_view chunk);
  std::string_view LongChunk(const Entry& entry) const;
  std::size_t Home(std::uint64_t hash) const { return hash >> shift_; }
  std::size_t Behind(std::size_t place) const { return (place + 1) & (entries_.size() - 1); }
  void SetCapacity(std::size_t capacity);
  // Doubles the capacity.
  void Grow();
  // Places an entry at its home or after it, at `last` at the latest. If two entries compete for a
  // place, the more frequent one gets it. Returns false if no place up to `last` is left; `entry`
  // is then the one without a place.
  bool PlaceUpTo(std::size_t last, std::size_t home, Entry& entry);
  Entry& EmptyPlace(std::uint64_t hash);
  static std::size_t CountWidth(const Entry& entry) {
    return static_cast<std::size_t>(std::bit_width(entry.count));
  }
  // Returns the smallest bit width of a count with which RetainFrequent keeps a chunk.
  std::size_t LeastWidthToKeep() const;
  void KeepOnly(const std::vector<Entry>& kept);

  ZeroedBuffer<Entry> entries_;  // a power of two
  unsigned shift_ = 0;           // hash >> shift_ is the home
  std::size_t size_ = 0;
  std::vector<std::int32_t> ids_;  // of chunks whose number of ids is not 1
  std::vector<char> bytes_;        // of long chunks
};

}  // namespace zipflens
