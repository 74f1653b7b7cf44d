#include "zipflens/counting/corpus_pass.h"

#include <fmt/format.h>

#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>

#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/base/parallel.h"
#include "zipflens/tokenizer/chunk_counter.h"

namespace zipflens {
namespace {

// Documents are read in blocks of about this many bytes of text, except for row ranges.
constexpr std::size_t kBlockBytes = std::size_t{1} << 18;
constexpr std::size_t kBlockDocuments = 1024;
constexpr std::size_t kProgressBytes = std::size_t{4} << 20;

constexpr std::uint64_t kCounted = 1;
// The weight of documents with an odd index, if counts are halved: their counts are in the upper 32
// bits of a sum.
constexpr std::uint64_t kOddHalf = std::uint64_t{1} << 32;

struct Block {
  std::uint64_t index = 0;
  std::vector<Document> documents;
  std::vector<std::uint64_t> num_tokens;  // of each document
  bool counted = false;                   // its documents were added to the thread's counts
  std::exception_ptr error;               // thrown when reading after its documents
  // Used instead of `documents` if these are not needed after counting.
  std::unique_ptr<RowRangeReader> row_range;
  std::uint64_t num_documents = 0;
  std::uint64_t num_all_tokens = 0;
  std::uint64_t first_document_tokens = 0;
};

/// One thread at a time reads a block; the threads count blocks concurrently; blocks are taken in
/// order. The order decides where counting ends, and the counts of documents after that place are
/// subtracted.
class BlockPass {
 public:
  BlockPass(CorpusReader& corpus, const Tokenizer& tokenizer, const CorpusPassOptions& options,
            ProgressObserver* observer, CorpusPass& pass)
      : corpus_(corpus),
        options_(options),
        counts_all_(options.target_tokens == kNoTarget && options.num_sequences == 0),
        halves_(options.counts_halves && options.target_tokens <= kMostHalvedTokens),
        observer_(observer),
        pass_(pass),
        collector_(options.batch_choice, options.num_sequences, options.sequence_length,
                   options.seed, options.counts_others) {
    for (std::size_t i = 0; i < options.num_threads; ++i) {
      counters_.push_back(std::make_unique<ChunkCounter>(
          tokenizer, options.memory_budget / options.num_threads,
          counts_all_ ? ChunkCounter::Tokenizing::kAtTheEnd : ChunkCounter::Tokenizing::kAtOnce));
    }
  }

  /// Returns whether the corpus ended before the target and the batch were complete.
  bool Run() {
    stopped_ = done();
    RunWorkers(counters_.size(), [this](std::size_t worker_idx) {
      try {
        Work(*counters_[worker_idx]);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        taken_.notify_all();
        throw;
      }
    });
    std::vector<std::uint64_t>& counts = pass_.counts.counts;
    ChunkCounter::AddAllCountsInto(counters_, counters_.size(), counts);
    if (counts_all_) {
      pass_.counts.total = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    }
    TakeOthers();
    if (halves_) pass_.even_counts = Unpack(counts);
    pass_.batch = collector_.MakeBatch();
    if (observer_ != nullptr) ReportProgress();
    return !done();
  }

 private:
  bool counting() const { return pass_.counts.total < options_.target_tokens; }
  bool batching() const { return !collector_.full(); }
  bool done() const { return !counting() && !batching(); }

  // The weight with which a document is counted.
  std::uint64_t WeightOf(std::uint64_t document_idx) const {
    return halves_ && document_idx % 2 == 1 ? kOddHalf : kCounted;
  }

  // Replaces counts in which the odd half has the weight kOddHalf by the sum of both halves, and
  // returns the even half.
  static std::vector<std::uint64_t> Unpack(std::vector<std::uint64_t>& counts) {
    std::vector<std::uint64_t> even;
    even.reserve(counts.size());
    for (std::uint64_t& count : counts) {
      even.push_back(count % kOddHalf);
      count = even.back() + count / kOddHalf;
    }
    return even;
  }

  // Sets pass_.others, if asked for. The counts of the pass must not have been unpacked yet.
  void TakeOthers() {
    if (!options_.counts_others) return;
    std::vector<std::uint64_t> of_batch(pass_.counts.counts.size(), 0);
    collector_.AddCountsInto([this](std::uint64_t idx) { return WeightOf(idx); }, of_batch);
    OtherDocuments& others =
        pass_.others.emplace(OtherDocuments{TokenCounts(of_batch.size()), {}, 0});
    for (std::size_t id = 0; id < of_batch.size(); ++id) {
      others.counts.counts[id] = pass_.counts.counts[id] - of_batch[id];
    }
    if (halves_) others.even_counts = Unpack(others.counts.counts);
    others.counts.total =
        std::accumulate(others.counts.counts.begin(), others.counts.counts.end(), std::uint64_t{0});
    others.documents_counted = pass_.documents_counted - collector_.NumCounted();
  }

  // Returns whether a document is the first of the corpus and its number of tokens is only an
  // estimate. The counter of the block has then counted only this document.
  bool IsFirst(const Block& block, std::uint64_t document_idx) const {
    return counts_all_ && block.index == 0 && document_idx == 0;
  }

  void Work(ChunkCounter& counter) {
    for (Block block; Read(block); block = Block()) {
      if (block.row_range != nullptr) CountRowRange(block, counter);
      for (const Document& document : block.documents) {
        ThrowIfInterrupted();
        block.num_tokens.push_back(
            counter.Add(document.text, block.counted ? WeightOf(document.index) : 0));
        if (IsFirst(block, block.num_tokens.size() - 1)) block.num_tokens[0] = counter.NumTokens();
      }
      const std::lock_guard lock(mutex_);
      waiting_.emplace(block.index, std::move(block));
      while (!waiting_.empty() && waiting_.begin()->first == num_taken_) {
        Take(waiting_.extract(waiting_.begin()).mapped(), counter);
        ++num_taken_;
      }
      taken_.notify_all();
    }
  }

  void CountRowRange(Block& block, ChunkCounter& counter) const {
    try {
      for (std::string_view text; block.row_range->NextText(text); ++block.num_documents) {
        const std::uint64_t num_tokens = counter.Add(text, kCounted);
        if (IsFirst(block, block.num_documents)) block.first_document_tokens = counter.NumTokens();
        block.num_all_tokens += num_tokens;
      }
    } catch (...) {
      block.error = std::current_exception();
    }
  }

  // Reads the next block. Returns false at the end, or if no more blocks are needed. It reads only
  // a few blocks ahead of those taken, so memory is bounded.
  bool Read(Block& block) {
    const std::lock_guard read_lock(read_mutex_);
    {
      std::unique_lock lock(mutex_);
      taken_.wait(lock,
                  [this] { return stopped_ || num_read_ < num_taken_ + 2 * counters_.size(); });
      if (stopped_ || corpus_ended_) return false;
      block.index = num_read_++;
      block.counted = counting();
    }
    std::size_t num_bytes = 0;
    try {
      if (counts_all_) block.row_range = corpus_.NextRowRange();
      if (block.row_range != nullptr) num_bytes = kProgressBytes;
      while (block.row_range == nullptr && num_bytes < kBlockBytes &&
             block.documents.size() < kBlockDocuments) {
        std::optional<Document> document = corpus_.Next();
        corpus_ended_ = !document.has_value();
        if (corpus_ended_) break;
        num_bytes += document->text.size();
        block.documents.push_back(std::move(*document));
      }
    } catch (...) {
      corpus_ended_ = true;
      block.error = std::current_exception();
    }
    bytes_since_progress_ += num_bytes;
    if (observer_ != nullptr && bytes_since_progress_ >= kProgressBytes) ReportProgress();
    return true;
  }

  void TakeRowRange(const Block& block) {
    if (pass_.documents_read == 0) pass_.first_document_tokens = block.first_document_tokens;
    pass_.documents_read += block.num_documents;
    pass_.documents_counted += block.num_documents;
    pass_.counts.total += block.num_all_tokens;
    pass_.report.Append(block.row_range->report());
  }

  void Take(const Block& block, ChunkCounter& counter) {
    if (block.row_range != nullptr) TakeRowRange(block);
    for (std::size_t i = 0; i < block.documents.size(); ++i) {
      const bool counts = !done() && counting();
      if (!done()) TakeDocument(block.documents[i], block.num_tokens[i], counter);
      if (!counts && block.counted) {
        counter.Add(block.documents[i].text, 0 - WeightOf(block.documents[i].index));
      }
    }
    if (block.error != nullptr && !done()) std::rethrow_exception(block.error);
    if (done()) stopped_ = true;
  }

  void TakeDocument(const Document& document, std::uint64_t num_tokens, ChunkCounter& counter) {
    if (pass_.documents_read++ == 0) pass_.first_document_tokens = num_tokens;
    const bool is_counted = counting();
    if (is_counted) {
      pass_.counts.total += num_tokens;
      ++pass_.documents_counted;
    }
    if (!collector_.Wants(document.index, num_tokens)) return;
    token_ids_.clear();
    counter.EncodeInto(document.text, token_ids_);
    collector_.Add(document, token_ids_, is_counted);
  }

  void ReportProgress() {
    bytes_since_progress_ = 0;
    std::uint64_t num_tokens = 0;
    std::uint64_t num_documents = 0;
    {
      const std::lock_guard lock(mutex_);
      num_tokens = pass_.counts.total;
      num_documents = pass_.documents_read;
    }
    const bool has_target = options_.target_tokens != kNoTarget;
    observer_->OnProgress({"count", num_tokens, has_target ? options_.target_tokens : 0, "tokens",
                           fmt::format("{} documents", num_documents)});
  }

  CorpusReader& corpus_;
  const CorpusPassOptions& options_;
  const bool counts_all_;  // no target and no batch: order does not matter
  const bool halves_;      // counts are packed: see kOddHalf
  ProgressObserver* observer_;
  std::vector<std::unique_ptr<ChunkCounter>> counters_;  // one per thread

  std::mutex read_mutex_;  // guards corpus_, observer_ and the next two; locked before mutex_
  bool corpus_ended_ = false;
  std::size_t bytes_since_progress_ = 0;

  std::mutex mutex_;  // guards everything below
  std::condition_variable taken_;
  CorpusPass& pass_;
  BatchCollector collector_;
  std::map<std::uint64_t, Block> waiting_;  // counted, but not taken yet
  std::uint64_t num_read_ = 0;
  std::uint64_t num_taken_ = 0;
  bool stopped_ = false;  // no more blocks are needed
  std::vector<std::int32_t> token_ids_;
};

std::string CorpusName(const CorpusReader& corpus) {
  const auto& files = corpus.info().files;
  if (files.size() == 1) return files.front().string();
  return fmt::format("{} and {} more files", files.front().string(), files.size() - 1);
}

void RequireEnough(const CorpusReader& corpus, const CorpusPassOptions& options,
                   const CorpusPass& pass) {
  if (pass.counts.total == 0 && !options.allow_no_tokens) {
    throw InputError({.source = CorpusName(corpus),
                      .found = fmt::format("no tokens in {} documents", pass.documents_read),
                      .expected = "text"});
  }
  const std::size_t found = pass.batch.num_sequences;
  const bool enough = found >= options.num_sequences || (options.allow_fewer && found > 0);
  if (enough) return;
  throw InputError({.source = CorpusName(corpus),
                    .found = fmt::format("{} of {} documents with {} tokens or more", found,
                                         pass.documents_read, options.sequence_length),
                    .expected = fmt::format(
                        "{}; give fewer `num_sequences`, a smaller `sequence_length` or{}",
                        options.num_sequences,
                        found > 0 ? " `allow_fewer` to go on with those" : " another corpus")});
}

}  // namespace

CorpusPass ReadCorpus(CorpusReader& corpus, const Tokenizer& tokenizer,
                      const CorpusPassOptions& options, ProgressObserver* observer) {
  CorpusPass pass(tokenizer.vocab_size());
  pass.corpus_ended = BlockPass(corpus, tokenizer, options, observer, pass).Run();
  RequireEnough(corpus, options, pass);
  return pass;
}

}  // namespace zipflens
