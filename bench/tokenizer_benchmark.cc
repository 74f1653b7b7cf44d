// Counting and encoding from memory with empty tables, and the table of chunks compared with two
// general ones.
//
// The text is HeapsText of the demo's corpus, 100 MB unless ZIPFLENS_BENCH_MB names another size.
#include <absl/container/flat_hash_map.h>
#include <benchmark/benchmark.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/heaps_text.h"
#include "zipflens/base/parallel.h"
#include "zipflens/corpus/corpus.h"
#include "zipflens/kernels/chunk_bounds.h"
#include "zipflens/tokenizer/chunk_counter.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {
namespace {

constexpr const char* kModel = "data/all-minilm-l6-v2";
constexpr const char* kCorpus = "data/wikipedia-sample.parquet";

const std::string& Text() {
  static const std::string text = [] {
    const auto corpus = OpenCorpus({kCorpus}, {});
    std::string real_text;
    while (const auto document = corpus->Next()) real_text += document->text + "\n";
    const char* megabytes = std::getenv("ZIPFLENS_BENCH_MB");
    return HeapsText(real_text, (megabytes != nullptr ? std::stoul(megabytes) : 100) * 1'000'000);
  }();
  return text;
}

const Tokenizer& DemoTokenizer() {
  static const Tokenizer tokenizer = Tokenizer::Load(kModel);
  return tokenizer;
}

// The lines of the text in blocks of about 256 KB, which is how a corpus is read.
std::vector<std::string_view> Blocks() {
  constexpr std::size_t kBlockBytes = std::size_t{1} << 18;
  std::vector<std::string_view> blocks;
  for (std::string_view rest = Text(); !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n', kBlockBytes), rest.size() - 1) + 1;
    blocks.push_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return blocks;
}

void SetRate(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(Text().size()));
}

// Calls body(counter of the worker, block) for every block, starting with empty tables.
template <typename Body>
void ForEachBlock(std::size_t num_threads, const Body& body) {
  static const std::vector<std::string_view> blocks = Blocks();
  std::atomic<std::size_t> next = 0;
  std::vector<std::vector<std::uint64_t>> counts(num_threads);
  RunWorkers(num_threads, [&](std::size_t worker_idx) {
    ChunkCounter counter(DemoTokenizer());
    for (std::size_t i = next++; i < blocks.size(); i = next++) body(counter, blocks[i]);
    counts[worker_idx].resize(DemoTokenizer().vocab_size());
    counter.AddCountsInto(counts[worker_idx]);
  });
  benchmark::DoNotOptimize(counts);
}

void BM_CountFromMemory(benchmark::State& state) {
  Text();
  for (auto _ : state) {
    ForEachBlock(static_cast<std::size_t>(state.range(0)),
                 [](ChunkCounter& counter, std::string_view block) { counter.Add(block); });
  }
  SetRate(state);
}
BENCHMARK(BM_CountFromMemory)->Arg(1)->Arg(2)->MeasureProcessCPUTime()->UseRealTime();

void BM_EncodeThroughChunks(benchmark::State& state) {
  Text();
  for (auto _ : state) {
    ForEachBlock(static_cast<std::size_t>(state.range(0)),
                 [](ChunkCounter& counter, std::string_view block) {
                   std::vector<std::int32_t> ids;
                   ids.reserve(block.size() / 3);
                   counter.EncodeInto(block, ids);
                   benchmark::DoNotOptimize(ids.data());
                 });
  }
  SetRate(state);
}
BENCHMARK(BM_EncodeThroughChunks)->Arg(1)->Arg(2)->MeasureProcessCPUTime()->UseRealTime();

void BM_EncodeWithoutChunks(benchmark::State& state) {
  const std::vector<std::string_view> blocks = Blocks();
  for (auto _ : state) {
    for (const std::string_view block : blocks) {
      std::vector<std::int32_t> ids;
      ids.reserve(block.size() / 3);
      DemoTokenizer().EncodeInto(block, ids);
      benchmark::DoNotOptimize(ids.data());
    }
  }
  SetRate(state);
}
BENCHMARK(BM_EncodeWithoutChunks)->MeasureProcessCPUTime()->UseRealTime();

// Calls on_chunks(text, bounds) for pieces of the text that end at white space.
template <typename OnChunks>
void ForEachPiece(const OnChunks& on_chunks) {
  const auto bounds = std::make_unique<ChunkBounds>();
  for (std::string_view rest = Text(); !rest.empty();) {
    std::size_t size = std::min(rest.size(), ChunkBounds::kMaxTextBytes);
    if (size < rest.size()) size = rest.find_last_of(" \n", size - 1) + 1;
    FindChunksInto(rest.substr(0, size), *bounds);
    on_chunks(rest, *bounds);
    rest.remove_prefix(size);
  }
}

void BM_FindChunks(benchmark::State& state) {
  Text();
  for (auto _ : state) {
    std::size_t num_chunks = 0;
    ForEachPiece([&](std::string_view, const ChunkBounds& bounds) { num_chunks += bounds.size; });
    benchmark::DoNotOptimize(num_chunks);
  }
  SetRate(state);
}
BENCHMARK(BM_FindChunks)->MeasureProcessCPUTime()->UseRealTime();

// Counts distinct chunks without tokenizing. The keys of the general tables point into the text, so
// they copy nothing.
template <typename Map>
void BM_CountChunksIn(benchmark::State& state) {
  Text();
  for (auto _ : state) {
    Map map;
    ForEachPiece([&](std::string_view text, const ChunkBounds& bounds) {
      for (std::size_t i = 0; i < bounds.size; ++i) {
        ++map[text.substr(bounds.begins[i], bounds.ends[i] - bounds.begins[i])];
      }
    });
    state.counters["distinct"] = static_cast<double>(map.size());
  }
  SetRate(state);
}
BENCHMARK(BM_CountChunksIn<absl::flat_hash_map<std::string_view, std::uint64_t>>)
    ->Name("BM_CountChunksIn<absl::flat_hash_map>")
    ->MeasureProcessCPUTime()
    ->UseRealTime();
BENCHMARK(BM_CountChunksIn<boost::unordered_flat_map<std::string_view, std::uint64_t>>)
    ->Name("BM_CountChunksIn<boost::unordered_flat_map>")
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void BM_CountChunksInChunkTable(benchmark::State& state) {
  Text();
  std::vector<ChunkTable::Key> keys(ChunkBounds::kMaxTextBytes);
  std::vector<std::uint64_t> hashes(ChunkBounds::kMaxTextBytes);
  const std::vector<std::int32_t> no_ids;
  for (auto _ : state) {
    ChunkTable table;
    ForEachPiece([&](std::string_view text, const ChunkBounds& bounds) {
      const auto chunk = [&](std::size_t i) {
        return text.substr(bounds.begins[i], bounds.ends[i] - bounds.begins[i]);
      };
      for (std::size_t i = 0; i < bounds.size; ++i) {
        const std::string_view bytes = chunk(i);
        const bool is_short =
            bytes.size() < 16 && bounds.begins[i] + std::size_t{16} <= text.size();
        keys[i] = is_short ? ChunkTable::MakeShortKey(bytes.data(), bytes.size())
                           : ChunkTable::MakeKey(bytes.substr(0, ChunkTable::kMaxChunkBytes));
        hashes[i] = ChunkTable::Hash(keys[i]);
        table.prefetcher().Prefetch(hashes[i]);
      }
      for (std::size_t i = 0; i < bounds.size; ++i) {
        ChunkTable::Entry* entry = table.Find(keys[i], hashes[i], chunk(i));
        if (entry == nullptr) entry = &table.Insert(keys[i], hashes[i], chunk(i), no_ids);
        ++entry->count;
      }
    });
    state.counters["distinct"] = static_cast<double>(table.size());
  }
  SetRate(state);
}
BENCHMARK(BM_CountChunksInChunkTable)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace zipflens

BENCHMARK_MAIN();
