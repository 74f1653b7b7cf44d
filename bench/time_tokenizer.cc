// time_tokenizer MODEL TEXT count|encode THREADS: counts or encodes the lines of a file from
// memory, starting with empty tables. Prints seconds of wall and CPU time and the number of tokens,
// as JSON.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/base/mapped_file.h"
#include "zipflens/base/parallel.h"
#include "zipflens/tokenizer/chunk_counter.h"

namespace zipflens {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18;

double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Pieces of whole lines, each about as long as a block.
std::vector<std::string_view> Blocks(std::string_view text) {
  std::vector<std::string_view> blocks;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n', kBlockBytes), text.size() - 1) + 1;
    blocks.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return blocks;
}

void Time(const char* model, const char* file, bool encode, std::size_t num_threads) {
  const Tokenizer tokenizer = Tokenizer::Load(model);
  const std::string text(MappedFile(file).text());
  const std::vector<std::string_view> blocks = Blocks(text);
  std::vector<std::vector<std::int32_t>> ids(blocks.size());
  std::atomic<std::size_t> next = 0;
  std::atomic<std::uint64_t> num_tokens = 0;
  const double cpu_start = CpuSeconds();
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<ChunkCounter>> counters(num_threads);
  RunWorkers(num_threads, [&](std::size_t worker_idx) {
    using Tokenizing = ChunkCounter::Tokenizing;
    counters[worker_idx] =
        std::make_unique<ChunkCounter>(tokenizer, ChunkCounter::kDefaultMemoryBudget / num_threads,
                                       encode ? Tokenizing::kAtOnce : Tokenizing::kAtTheEnd);
    ChunkCounter& counter = *counters[worker_idx];
    std::uint64_t tokens = 0;
    for (std::size_t i = next++; i < blocks.size(); i = next++) {
      if (encode) {
        ids[i].reserve(blocks[i].size() / 3);
        counter.EncodeInto(blocks[i], ids[i]);
        tokens += ids[i].size();
      } else {
        counter.Add(blocks[i]);
      }
    }
    num_tokens += tokens;
  });
  if (!encode) {
    std::vector<std::uint64_t> counts(tokenizer.vocab_size());
    ChunkCounter::AddAllCountsInto(counters, num_threads, counts);
    num_tokens = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  std::printf("{\"wall\": %.6f, \"cpu\": %.6f, \"tokens\": %llu}\n", wall.count(),
              CpuSeconds() - cpu_start, static_cast<unsigned long long>(num_tokens.load()));
}

}  // namespace
}  // namespace zipflens

int main(int argc, char** argv) {
  try {
    if (argc != 5)
      throw std::runtime_error("usage: time_tokenizer MODEL TEXT count|encode THREADS");
    zipflens::Time(argv[1], argv[2], std::strcmp(argv[3], "encode") == 0, std::stoul(argv[4]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
