// Sums the counts of ChunkCounters: the ids of each chunk, times the count of the chunk.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>

#include "zipflens/base/check.h"
#include "zipflens/base/parallel.h"
#include "zipflens/tokenizer/chunk_counter.h"
#include "zipflens/tokenizer/tokenizer_data.h"

namespace zipflens {
namespace {

// Many enough that all threads finish at about the same time; few enough that each slice is one
// sequential read.
constexpr unsigned kLog2Slices = 10;

void AddIds(std::span<const std::int32_t> ids, std::uint64_t weight,
            std::span<std::uint64_t> counts) {
  for (const std::int32_t id : ids) counts[id] += weight;
}

}  // namespace

std::span<const std::int32_t> ChunkCounter::IdsOf(const ChunkTable& table,
                                                  const ChunkTable::Entry& entry,
                                                  std::vector<std::int32_t>& ids) const {
  if (entry.has_ids()) return table.Ids(entry);
  ChunkTable::InlineChunk storage;
  const std::string_view chunk = table.ChunkOf(entry, storage);
  ids.clear();
  if (!data_.encoder.EncodePlainChunkInto(chunk, ids)) data_.encoder.EncodeTextInto(chunk, ids);
  return ids;
}

std::uint64_t ChunkCounter::NumTokens() const {
  std::uint64_t num_tokens = std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
  std::vector<std::int32_t> ids;
  table_.ForEach([&](const ChunkTable::Entry& entry) {
    num_tokens += entry.count * IdsOf(table_, entry, ids).size();
  });
  return num_tokens;
}

void ChunkCounter::AddCountsInto(std::span<std::uint64_t> counts) const {
  ZIPFLENS_CHECK(counts.size() == counts_.size());
  for (std::size_t id = 0; id < counts.size(); ++id) counts[id] += counts_[id];
  std::vector<std::int32_t> ids;
  table_.ForEach([&](const ChunkTable::Entry& entry) {
    AddIds(IdsOf(table_, entry, ids), entry.count, counts);
  });
}

void ChunkCounter::AddAllCountsInto(std::span<const std::unique_ptr<ChunkCounter>> counters,
                                    std::size_t num_threads, std::span<std::uint64_t> counts) {
  for (const auto& counter : counters) {
    ZIPFLENS_CHECK(counts.size() == counter->counts_.size());
    for (std::size_t id = 0; id < counts.size(); ++id) counts[id] += counter->counts_[id];
  }
  if (counters.empty()) return;
  std::atomic<std::uint64_t> next_slice = 0;
  std::mutex mutex;
  RunWorkers(num_threads, [&](std::size_t) {
    std::vector<std::uint64_t> counts_of_thread(counts.size(), 0);
    constexpr std::uint64_t kNumSlices = std::uint64_t{1} << kLog2Slices;
    for (std::uint64_t slice = next_slice++; slice < kNumSlices; slice = next_slice++) {
      counters.front()->AddSlice(counters.subspan(1), slice, counts_of_thread);
    }
    const std::lock_guard lock(mutex);
    for (std::size_t id = 0; id < counts.size(); ++id) counts[id] += counts_of_thread[id];
  });
}

// All tables hold a slice in about the same part of their memory and in about the same order. Each
// lookup in the first table is therefore near the previous one.
void ChunkCounter::AddSlice(std::span<const std::unique_ptr<ChunkCounter>> others,
                            std::uint64_t slice, std::span<std::uint64_t> counts) {
  std::vector<std::int32_t> ids;
  ChunkTable::InlineChunk storage;
  for (const auto& other : others) {
    ChunkTable& table = other->table_;
    table.ForEachInSlice(slice, kLog2Slices, [&](ChunkTable::Entry& entry, std::uint64_t hash) {
      ChunkTable::Entry* const same =
          table_.Find(ChunkTable::SoughtKey(entry), hash, table.ChunkOf(entry, storage));
      if (same != nullptr) {
        same->count += entry.count;
      } else {
        AddIds(IdsOf(table, entry, ids), entry.count, counts);
      }
    });
  }
  table_.ForEachInSlice(slice, kLog2Slices, [&](ChunkTable::Entry& entry, std::uint64_t) {
    AddIds(IdsOf(table_, entry, ids), entry.count, counts);
  });
}

}  // namespace zipflens
