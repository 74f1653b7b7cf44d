// Compares the table of chunks with std::unordered_map.
#include "zipflens/tokenizer/chunk_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <unordered_map>

#include "zipflens/base/check.h"

namespace zipflens {
namespace {

struct Known {
  std::uint64_t count = 0;
  std::vector<std::int32_t> ids;
};
using KnownChunks = std::unordered_map<std::string, Known>;

ChunkTable::Entry& InsertInto(ChunkTable& table, std::string_view chunk,
                              std::span<const std::int32_t> ids) {
  const ChunkTable::Key key = ChunkTable::MakeKey(chunk);
  return table.Insert(key, ChunkTable::Hash(key), chunk, ids);
}

// Uses few letters and NULs, so that chunks are similar.
std::string RandomChunk(std::mt19937& generator) {
  std::string chunk(1 + generator() % (generator() % 4 == 0 ? ChunkTable::kMaxChunkBytes : 5), 'a');
  for (char& byte : chunk) byte = "ab\0\xC3"[generator() % 4];
  if (chunk.back() == '\xC3') chunk.back() = '\xA9';  // no text ends with a lead byte
  return chunk;
}

std::vector<std::int32_t> RandomIds(std::mt19937& generator) {
  std::vector<std::int32_t> ids(generator() % 4);
  for (std::int32_t& id : ids) id = static_cast<std::int32_t>(generator() % 1000);
  return ids;
}

void Count(std::string_view chunk, std::mt19937& generator, ChunkTable& table, KnownChunks& known) {
  const auto [place, is_new] = known.try_emplace(std::string(chunk));
  ChunkTable::Entry* entry = table.Find(chunk);
  ASSERT_EQ(entry == nullptr, is_new);
  if (is_new) {
    place->second.ids = RandomIds(generator);
    entry = &InsertInto(table, chunk, place->second.ids);
  }
  ++entry->count;
  ++place->second.count;
}

void ExpectSame(ChunkTable& table, const KnownChunks& known) {
  ASSERT_EQ(table.size(), known.size());
  for (const auto& [chunk, expected] : known) {
    const ChunkTable::Entry* entry = table.Find(chunk);
    ASSERT_NE(entry, nullptr) << testing::PrintToString(chunk);
    ASSERT_EQ(entry->count, expected.count) << testing::PrintToString(chunk);
    ASSERT_THAT(table.Ids(*entry), testing::ElementsAreArray(expected.ids));
  }
}

TEST(ChunkTable, RandomChunksAsInUnorderedMap) {
  std::mt19937 generator(5);
  ChunkTable table;
  KnownChunks known;
  for (int i = 0; i < 200'000; ++i) Count(RandomChunk(generator), generator, table, known);
  EXPECT_GT(known.size(), 20'000U);  // the table has grown
  ExpectSame(table, known);
  std::size_t num_visited = 0;
  table.ForEach([&](const ChunkTable::Entry&) { ++num_visited; });
  EXPECT_EQ(num_visited, known.size());
}

// The slices together hold every chunk of the table once, even if entries are displaced.
TEST(ChunkTable, SlicesHoldEveryChunkOnce) {
  std::mt19937 generator(9);
  ChunkTable table;
  KnownChunks known;
  for (int i = 0; i < 30'000; ++i) {
    Count(RandomChunk(generator), generator, table, known);
    if (i % 3000 != 7) continue;
    for (const unsigned log2_slices : {0U, 1U, 6U, 13U}) {
      std::map<std::string, std::uint64_t> found;
      for (std::uint64_t slice = 0; slice < std::uint64_t{1} << log2_slices; ++slice) {
        table.ForEachInSlice(slice, log2_slices, [&](ChunkTable::Entry& entry, std::uint64_t hash) {
          ChunkTable::InlineChunk storage;
          const std::string chunk(table.ChunkOf(entry, storage));
          EXPECT_EQ(hash, ChunkTable::Hash(ChunkTable::MakeKey(chunk)));
          EXPECT_TRUE(found.emplace(chunk, entry.count).second) << testing::PrintToString(chunk);
        });
      }
      ASSERT_EQ(found.size(), known.size());
      for (const auto& [chunk, count] : found) ASSERT_EQ(known.at(chunk).count, count);
    }
  }
}

TEST(ChunkTable, LengthsRoundTheInlineKeyAreDifferentChunks) {
  ChunkTable table;
  const std::vector<std::int32_t> one = {7};
  std::vector<std::string> chunks;
  for (std::size_t size = 1; size <= 20; ++size) {
    chunks.emplace_back(size, 'x');
    chunks.emplace_back(std::string(size - 1, 'x') + '\0');
    chunks.emplace_back(size, '\0');
  }
  std::ranges::sort(chunks);
  chunks.erase(std::unique(chunks.begin(), chunks.end()), chunks.end());
  for (const std::string& chunk : chunks) {
    ASSERT_EQ(table.Find(chunk), nullptr) << testing::PrintToString(chunk);
    InsertInto(table, chunk, one).count = chunk.size();
  }
  for (const std::string& chunk : chunks) EXPECT_EQ(table.Find(chunk)->count, chunk.size());
}

TEST(ChunkTable, ShortKeyIgnoresWhatStandsBehindTheChunk) {
  for (std::size_t size = 1; size < 16; ++size) {
    const std::string one = std::string(size, 'k') + std::string(16, '!');
    const std::string chunk(size, 'k');
    const ChunkTable::Key found = ChunkTable::MakeShortKey(one.data(), size);
    const ChunkTable::Key expected = ChunkTable::MakeKey(chunk);
    EXPECT_EQ(found.low, expected.low) << size;
    EXPECT_EQ(found.high, expected.high) << size;
  }
}

TEST(ChunkTable, RetainFrequentDropsTheRareAndForgetsNone) {
  std::mt19937 generator(6);
  ChunkTable table;
  KnownChunks known;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 30'000; ++i) Count(RandomChunk(generator), generator, table, known);
    const std::size_t size = table.size();
    std::uint64_t dropped = 0;
    std::uint64_t most_frequent_dropped = 0;
    table.RetainFrequent([&](const ChunkTable& old, const ChunkTable::Entry& entry) {
      dropped += entry.count;
      most_frequent_dropped = std::max(most_frequent_dropped, entry.count);
      EXPECT_LT(old.Ids(entry).size(), 4U);
    });
    EXPECT_LE(table.size(), size / 4);
    EXPECT_GT(table.size(), 0U);
    std::uint64_t known_dropped = 0;
    for (auto place = known.begin(); place != known.end();) {
      const bool is_kept = table.Find(place->first) != nullptr;
      if (is_kept) {
        EXPECT_GT(place->second.count, most_frequent_dropped / 2);
        ++place;
      } else {
        known_dropped += place->second.count;
        place = known.erase(place);
      }
    }
    EXPECT_EQ(dropped, known_dropped);
    ExpectSame(table, known);
  }
}

TEST(ChunkTable, KeysAreForChunksOfTheRightLength) {
  EXPECT_THROW(ChunkTable::MakeKey(""), CheckFailure);
  EXPECT_THROW(ChunkTable::MakeKey(std::string(ChunkTable::kMaxChunkBytes + 1, 'a')), CheckFailure);
}

}  // namespace
}  // namespace zipflens
