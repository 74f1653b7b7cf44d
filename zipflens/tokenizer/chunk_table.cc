#include "zipflens/tokenizer/chunk_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

static_assert(std::endian::native == std::endian::little, "keys take the first byte as the lowest");

constexpr std::size_t kFirstCapacity = std::size_t{1} << 10;
constexpr std::size_t kInlineBytes = 16;
// Key::low of a long chunk holds the offset of its first byte in the upper bits and its length in
// the lower kLengthBits bits.
constexpr unsigned kLengthBits = 8;
static_assert(ChunkTable::kMaxChunkBytes < (1U << kLengthBits));

constexpr std::size_t MaxSize(std::size_t capacity) { return capacity / 4 * 3; }

// A mask of the lowest `size` bytes of eight.
constexpr std::uint64_t LowBytes(std::size_t size) {
  return size >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * size)) - 1;
}

// The memory of a vector while it grows by `more` elements: the old and the new allocation.
template <typename T>
std::size_t BytesToGrow(const std::vector<T>& vector, std::size_t more) {
  const bool fits = vector.size() + more <= vector.capacity();
  return sizeof(T) * (fits ? vector.capacity() : 3 * vector.capacity() + more);
}

}  // namespace

#define ZIPFLENS_MASK(size) \
  { LowBytes(size), LowBytes((size) > 8 ? (size)-8 : 0), (kShortTag | (size)) << kTagShift }
const ChunkTable::Mask ChunkTable::kMasks[16] = {
    ZIPFLENS_MASK(0),  ZIPFLENS_MASK(1),  ZIPFLENS_MASK(2),  ZIPFLENS_MASK(3),
    ZIPFLENS_MASK(4),  ZIPFLENS_MASK(5),  ZIPFLENS_MASK(6),  ZIPFLENS_MASK(7),
    ZIPFLENS_MASK(8),  ZIPFLENS_MASK(9),  ZIPFLENS_MASK(10), ZIPFLENS_MASK(11),
    ZIPFLENS_MASK(12), ZIPFLENS_MASK(13), ZIPFLENS_MASK(14), ZIPFLENS_MASK(15)};
#undef ZIPFLENS_MASK

ChunkTable::ChunkTable() { SetCapacity(kFirstCapacity); }

ChunkTable::Key ChunkTable::MakeKey(std::string_view chunk) {
  ZIPFLENS_CHECK(!chunk.empty() && chunk.size() <= kMaxChunkBytes);
  if (chunk.size() < kInlineBytes) {
    std::array<char, kInlineBytes> padded{};
    std::memcpy(padded.data(), chunk.data(), chunk.size());
    return MakeShortKey(padded.data(), chunk.size());
  }
  const unsigned char last = ByteOf(chunk.back());
  if (chunk.size() == kInlineBytes && last != 0 && last < kLongTag) {
    Key key;
    std::memcpy(&key.low, chunk.data(), sizeof(key.low));
    std::memcpy(&key.high, chunk.data() + sizeof(key.low), sizeof(key.high));
    return key;
  }
  std::uint64_t hash = chunk.size();
  for (std::size_t begin = 0; begin < chunk.size(); begin += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, chunk.data() + begin, std::min(sizeof(word), chunk.size() - begin));
    hash = Mix(hash ^ 0xA0761D6478BD642FU, word ^ 0xE7037ED1A0B428DBU);
  }
  return {0, (hash & LowBytes(7)) | (kLongTag << kTagShift)};
}

std::string_view ChunkTable::LongChunk(const Entry& entry) const {
  return {bytes_.data() + (entry.key.low >> kLengthBits),
          entry.key.low & LowBytes(kLengthBits / 8)};
}

std::string_view ChunkTable::ChunkOf(const Entry& entry, InlineChunk& storage) const {
  if (IsLong(entry.key)) return LongChunk(entry);
  std::memcpy(storage.data(), &entry.key, sizeof(entry.key));
  const std::uint64_t tag = entry.key.high >> kTagShift;
  return {storage.data(), tag < kShortTag ? kInlineBytes : (tag - kShortTag)};
}

ChunkTable::Entry* ChunkTable::FindLong(Key key, std::uint64_t hash, std::string_view chunk) {
  for (std::size_t place = Home(hash);; place = Behind(place)) {
    Entry& entry = entries_[place];
    if (entry.key.high == key.high && LongChunk(entry) == chunk) return &entry;
    if (entry.key.high == 0) return nullptr;
  }
}

ChunkTable::Entry& ChunkTable::EmptyPlace(std::uint64_t hash) {
  std::size_t place = Home(hash);
  while (entries_[place].key.high != 0) place = Behind(place);
  return entries_[place];
}

ChunkTable::Entry& ChunkTable::Insert(Key key, std::uint64_t hash, std::string_view chunk,
                                      std::span<const std::int32_t> ids) {
  if (size_ >= MaxSize(entries_.size())) Grow();
  Entry entry;
  entry.key = key;
  entry.num_ids = static_cast<std::uint32_t>(ids.size());
  if (IsLong(key)) {
    entry.key.low = (bytes_.size() << kLengthBits) | chunk.size();
    bytes_.insert(bytes_.end(), chunk.begin(), chunk.end());
  }
  if (ids.size() == 1) {
    entry.ids = static_cast<std::uint32_t>(ids.front());
  } else {
    entry.ids = static_cast<std::uint32_t>(ids_.size());
    ids_.insert(ids_.end(), ids.begin(), ids.end());
  }
  ++size_;
  return EmptyPlace(hash) = entry;
}

ChunkTable::Entry& ChunkTable::InsertWithoutIds(Key key, std::uint64_t hash, std::string_view chunk,
                                                std::uint32_t num_ids) {
  Entry& entry = Insert(key, hash, chunk, {});
  entry.ids = kUnknownIds;
  entry.num_ids = num_ids;
  return entry;
}

std::size_t ChunkTable::BytesToInsert(std::size_t num_ids) const {
  if (ids_.size() + num_ids >= kUnknownIds) {
    return std::numeric_limits<std::size_t>::max();
  }
  const std::size_t old_bytes = entries_.size() * sizeof(Entry);
  const bool grows = size_ >= MaxSize(entries_.size());
  const std::size_t new_bytes = grows ? 2 * old_bytes : old_bytes;
  // In addition to the table: the old table if it cannot grow in place, or later the entries that
  // RetainFrequent keeps.
  const std::size_t moved_bytes = grows && old_bytes < kHugePageBytes ? old_bytes : 0;
  return new_bytes + std::max(moved_bytes, MaxSize(new_bytes) / kKeptPart) +
         BytesToGrow(ids_, num_ids) + BytesToGrow(bytes_, kMaxChunkBytes);
}

void ChunkTable::SetCapacity(std::size_t capacity) {
  entries_ = ZeroedBuffer<Entry>(capacity);
  shift_ = static_cast<unsigned>(64 - std::countr_zero(capacity));
}

// Grows in place, because new memory is expensive. Entries are moved from the last to the first.
// The new home of an entry is at about twice its old place, from where all entries have moved
// already. A few entries are exceptions: those that lay far after their home, or before it because
// probing had wrapped around the end. They are placed after all others.
void ChunkTable::Grow() {
  const std::size_t old_capacity = entries_.size();
  entries_.Grow(2 * old_capacity);
  --shift_;
  std::vector<Entry> waiting;
  const std::size_t last = entries_.size() - 1;
  for (std::size_t place = old_capacity; place-- > 0;) {
    if (entries_[place].key.high == 0) continue;
    Entry entry = std::exchange(entries_[place], Entry());
    const std::size_t home = Home(Hash(SoughtKey(entry)));
    const bool is_free = home >= place && home / 2 <= place;
    if (!is_free || !PlaceUpTo(last, home, entry)) waiting.push_back(entry);
  }
  for (Entry& entry : waiting) {
    const std::size_t home = Home(Hash(SoughtKey(entry)));
    if (!PlaceUpTo(last, home, entry)) PlaceUpTo(last, 0, entry);
  }
}

// Frequent chunks get the home of their hash. There a lookup finds them with the first comparison
// and without a mispredicted branch.
bool ChunkTable::PlaceUpTo(std::size_t last, std::size_t home, Entry& entry) {
  for (std::size_t place = home; place <= last; ++place) {
    Entry& found = entries_[place];
    if (found.key.high == 0) {
      found = entry;
      return true;
    }
    if (entry.count > found.count) std::swap(entry, found);
  }
  return false;
}

std::size_t ChunkTable::LeastWidthToKeep() const {
  std::array<std::size_t, 65> num_of_width{};
  ForEach([&](const Entry& entry) { ++num_of_width[CountWidth(entry)]; });
  std::size_t least_width = num_of_width.size();
  std::size_t num_kept = 0;
  while (least_width > 0 && num_kept + num_of_width[least_width - 1] <= size_ / kKeptPart) {
    num_kept += num_of_width[--least_width];
  }
  return least_width;
}

// Reuses the same memory, because there may be no room for a second table.
void ChunkTable::KeepOnly(const std::vector<Entry>& kept) {
  std::fill(entries_.begin(), entries_.end(), Entry());
  size_ = 0;
  ChunkTable old;  // the arenas that the entries refer to
  old.ids_.swap(ids_);
  old.bytes_.swap(bytes_);
  for (const Entry& entry : kept) {
    const Key key = SoughtKey(entry);
    const std::string_view chunk = IsLong(key) ? old.LongChunk(entry) : std::string_view();
    Entry& again = entry.has_ids() ? Insert(key, Hash(key), chunk, old.Ids(entry))
                                   : InsertWithoutIds(key, Hash(key), chunk, entry.num_ids);
    again.count = entry.count;
  }
}

}  // namespace zipflens
