// encode_documents MODEL_DIR: ids of documents, for the differential test against the reference.
//
// Reads documents from standard input, each as a 32-bit little-endian length and that many bytes.
// For each it writes the number of ids and the ids, all 32-bit. It also counts and encodes them by
// chunks: whole and in pieces, with much and with little memory, tokenizing chunks at once or at
// the end. It fails if a result differs. With --time it reads standard input as one text and
// reports the rate of encoding it.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "zipflens/tokenizer/chunk_counter.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace {

// Counts and encodes by chunks and compares the result with the tokenizer's.
class ChunkCheck {
 public:
  explicit ChunkCheck(const zipflens::Tokenizer& tokenizer)
      : whole_(tokenizer),
        forgetful_(tokenizer, /*memory_budget=*/0),
        expected_(tokenizer.vocab_size(), 0) {
    for (const std::size_t memory_budget :
         {std::size_t{1} << 20, std::size_t{0}, std::size_t{1} << 18}) {
      late_.push_back(std::make_unique<zipflens::ChunkCounter>(
          tokenizer, memory_budget, zipflens::ChunkCounter::Tokenizing::kAtTheEnd));
    }
  }

  void Take(const std::string& text, const std::vector<std::int32_t>& ids) {
    for (const std::int32_t id : ids) ++expected_[static_cast<std::size_t>(id)];
    Require(whole_.Add(text) == ids.size(), "number of tokens", text);
    whole_.Add(text, /*weight=*/3);
    whole_.Add(text, /*weight=*/~std::uint64_t{0} - 2);
    encoded_.clear();
    (num_texts_++ % 2 == 0 ? whole_ : forgetful_).EncodeInto(text, encoded_);
    Require(encoded_ == ids, "encoding", text);
    forgetful_.Add(text);
    late_[num_texts_ % late_.size()]->Add(text);
  }

  void Finish() const {
    std::uint64_t num_late_tokens = 0;
    for (const auto& counter : late_) num_late_tokens += counter->NumTokens();
    Require(
        num_late_tokens == std::accumulate(expected_.begin(), expected_.end(), std::uint64_t{0}),
        "number of tokens at the end", "");
    std::vector<std::uint64_t> late_counts(expected_.size(), 0);
    zipflens::ChunkCounter::AddAllCountsInto(late_, /*num_threads=*/2, late_counts);
    Require(late_counts == expected_, "counts of several counters", "");
    for (const zipflens::ChunkCounter* counter : {&whole_, &forgetful_}) {
      std::vector<std::uint64_t> counts(expected_.size(), 0);
      counter->AddCountsInto(counts);
      Require(counts == expected_, "counts", "");
    }
  }

 private:
  static void Require(bool same, const char* what, const std::string& text) {
    if (!same) throw std::runtime_error(std::string("by chunks, another ") + what + ": " + text);
  }

  zipflens::ChunkCounter whole_, forgetful_;
  std::vector<std::unique_ptr<zipflens::ChunkCounter>> late_;
  std::vector<std::uint64_t> expected_;
  std::vector<std::int32_t> encoded_;
  std::size_t num_texts_ = 0;
};

bool ReadWord(std::uint32_t& word) { return std::fread(&word, sizeof(word), 1, stdin) == 1; }

void EncodeDocuments(const zipflens::Tokenizer& tokenizer) {
  ChunkCheck check(tokenizer);
  std::string text;
  std::vector<std::int32_t> ids;
  for (std::uint32_t length = 0; ReadWord(length);) {
    text.resize(length);
    if (std::fread(text.data(), 1, length, stdin) != length) {
      throw std::runtime_error("standard input ends inside a document");
    }
    ids.clear();
    tokenizer.EncodeInto(text, ids);
    const auto size = static_cast<std::uint32_t>(ids.size());
    std::fwrite(&size, sizeof(size), 1, stdout);
    if (size != 0) std::fwrite(ids.data(), sizeof(ids[0]), size, stdout);
    check.Take(text, ids);
  }
  check.Finish();
}

void TimeEncoding(const zipflens::Tokenizer& tokenizer) {
  std::string text;
  char buffer[65536];
  for (std::size_t size = 0; (size = std::fread(buffer, 1, sizeof(buffer), stdin)) != 0;) {
    text.append(buffer, size);
  }
  std::vector<std::int32_t> ids;
  for (int round = 0; round < 5; ++round) {
    ids.clear();
    const auto start = std::chrono::steady_clock::now();
    tokenizer.EncodeInto(text, ids);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%.1f MB/s, %zu ids\n", static_cast<double>(text.size()) / 1e6 / seconds.count(),
                ids.size());
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const zipflens::Tokenizer tokenizer = zipflens::Tokenizer::Load(argc > 1 ? argv[1] : ".");
    const bool time = argc > 2 && std::strcmp(argv[2], "--time") == 0;
    time ? TimeEncoding(tokenizer) : EncodeDocuments(tokenizer);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
