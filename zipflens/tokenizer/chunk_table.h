// ChunkTable: what is known of each distinct chunk of text: how often it came, and its ids.
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

/// A hash table for short strings (linear probing over entries of half a cache line, filled to
/// three quarters; the place of a hash is its highest bits, so tables of any size hold their
/// entries in about the same order). Chunks of up to 16 bytes lie in their entry, longer ones in an
/// arena; so do ids, unless there is just one. Nothing is ever removed but by RetainFrequent. Not
/// thread-safe.
class ChunkTable {
 public:
  /// Longer chunks are not stored: they hardly ever come twice.
  static constexpr std::size_t kMaxChunkBytes = 64;
  /// Entry::ids of a chunk whose ids are not known.
  static constexpr std::uint32_t kUnknownIds = ~std::uint32_t{0};

  /// A chunk as the table compares it: its bytes, zeros behind them, and in the last byte of `high`
  /// a tag for the length that no UTF-8 text has there. For a chunk that lies in the arena: `high`
  /// is another tag and a hash of the bytes; `low`, in the table, says where they are.
  struct Key {
    std::uint64_t low = 0;
    std::uint64_t high = 0;  // never 0
  };
  struct Entry {
    Key key;
    std::uint64_t count = 0;    // the caller's; counts modulo 2^64
    std::uint32_t ids = 0;      // the id if there is one, else where they begin in the arena
    std::uint32_t num_ids = 0;  // of a chunk whose ids are not known: about how many

    bool has_ids() const { return ids != kUnknownIds; }
  };

  /// Holds the bytes of a chunk that lies in its entry.
  using InlineChunk = std::array<char, sizeof(Key)>;

  ChunkTable();

  /// The key of a chunk of 1 to 15 bytes; reads 16 bytes from `bytes`.
  static Key MakeShortKey(const char* bytes, std::size_t size) {
    Key key;
    std::memcpy(&key.low, bytes, sizeof(key.low));
    std::memcpy(&key.high, bytes + sizeof(key.low), sizeof(key.high));
    key.low &= kMasks[size].low;
    key.high = (key.high & kMasks[size].high) | kMasks[size].tag;
    return key;
  }
  /// The key of any chunk of 1 to kMaxChunkBytes.
  static Key MakeKey(std::string_view chunk);

  static std::uint64_t Hash(Key key) {
    return Mix(key.low ^ 0x9E3779B97F4A7C15U, key.high ^ 0xD6E8FEB86659FD93U);
  }

  /// Brings the places of hashes into the cache. Valid until the next Insert or RetainFrequent.
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

  /// The entry of a chunk, or null. `chunk` is looked at only where the arena holds such chunks.
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

  /// Calls on_found(entry) for each of `num_keys` chunks in order: the entry that lies at the place
  /// of its hash, as nearly all frequent chunks' do, or what sought(i) returns, which may change
  /// the table; null: nothing is called.
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

  /// Adds a chunk that the table does not have, with count 0. Entries found before move.
  Entry& Insert(Key key, std::uint64_t hash, std::string_view chunk,
                std::span<const std::int32_t> ids);

  /// The same where the ids are left for later; `num_ids` is a guess.
  Entry& InsertWithoutIds(Key key, std::uint64_t hash, std::string_view chunk,
                          std::uint32_t num_ids);

  /// The bytes of an entry's chunk, which are in `storage` or live until the next Insert or
  /// RetainFrequent.
  std::string_view ChunkOf(const Entry& entry, InlineChunk& storage) const;

  /// Ids of an entry that has them; valid until the next Insert or RetainFrequent.
  std::span<const std::int32_t> Ids(const Entry& entry) const {
    if (entry.num_ids == 1) return {reinterpret_cast<const std::int32_t*>(&entry.ids), 1};
    return {ids_.data() + entry.ids, entry.num_ids};
  }

  std::size_t size() const { return size_; }
  /// The most memory that an Insert with so many ids would use while it runs, in bytes.
  std::size_t BytesToInsert(std::size_t num_ids) const;

  /// Calls visit(entry) for every chunk, in no particular order.
  template <typename Visitor>
  void ForEach(const Visitor& visit) const {
    for (const Entry& entry : entries_) {
      if (entry.key.high != 0) visit(entry);
    }
  }

  /// Calls visit(entry, hash) for every chunk whose hash is in a slice of all hashes, of
  /// 2^log2_slices equal ones. Visits of different slices may run side by side and change counts,
  /// also of what Find(key, hash, chunk) finds in another table for such an entry.
  template <typename Visitor>
  void ForEachInSlice(std::uint64_t slice, unsigned log2_slices, const Visitor& visit) {
    const auto slice_of = [=](std::uint64_t hash) {
      return log2_slices == 0 ? 0 : hash >> (64 - log2_slices);
    };
    const std::size_t begin = (entries_.size() * slice) >> log2_slices;
    const std::size_t end = (entries_.size() * (slice + 1)) >> log2_slices;
    // Entries behind the end may have been displaced from before it, up to the next empty place.
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

  /// The key by which a chunk is sought, and hashed.
  static Key SoughtKey(const Entry& entry) {
    return {IsLong(entry.key) ? 0 : entry.key.low, entry.key.high};
  }

  /// Keeps the most frequent chunks, a quarter of what the table holds at most, and calls
  /// drop(table, entry) for the others; there table.Ids(entry) still holds.
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
  static constexpr std::size_t kKeptPart = 4;  // one in so many, by RetainFrequent
  static constexpr std::uint64_t kTagShift = 56;
  static constexpr std::uint64_t kShortTag = 0xF0;  // or the length, of up to 15 bytes
  static constexpr std::uint64_t kLongTag = 0xC0;   // a lead byte: never the last of a chunk

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
  // Doubles it.
  void Grow();
  // Puts an entry at its home or behind; `last` is where it may lie at the furthest. Of two entries
  // that want a place the more frequent has it; false, with the one that is left over, where the
  // last place is taken.
  bool PlaceUpTo(std::size_t last, std::size_t home, Entry& entry);
  Entry& EmptyPlace(std::uint64_t hash);
  static std::size_t CountWidth(const Entry& entry) {
    return static_cast<std::size_t>(std::bit_width(entry.count));
  }
  // The width of the counts from which RetainFrequent keeps chunks.
  std::size_t LeastWidthToKeep() const;
  void KeepOnly(const std::vector<Entry>& kept);

  ZeroedBuffer<Entry> entries_;  // a power of two
  unsigned shift_ = 0;           // of a hash, to its place
  std::size_t size_ = 0;
  std::vector<std::int32_t> ids_;  // of chunks with none or several
  std::vector<char> bytes_;        // of long chunks
};

}  // namespace zipflens
