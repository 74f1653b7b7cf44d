#include "zipflens/counting/count_corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/counting/count_checkpoint.h"

namespace zipflens {
namespace {

/// A corpus that pauses: it appears to end after some time, and later continues where it stopped.
class PausingReader final : public CorpusReader {
 public:
  PausingReader(CorpusReader& corpus, std::uint64_t next_document)
      : corpus_(corpus), next_document_(next_document) {}

  void GoOnFor(double seconds) {
    pause_ = Clock::now() +
             std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    num_documents_ = 0;
  }

  std::optional<Document> Next() override {
    if (num_documents_ > 0 && Clock::now() >= pause_) return std::nullopt;
    std::optional<Document> document = corpus_.Next();
    if (document) {
      next_document_ = document->index + 1;
      ++num_documents_;
    } else {
      ended_ = true;
    }
    return document;
  }

  std::unique_ptr<RowRangeReader> NextRowRange() override {
    if (num_documents_ > 0 && Clock::now() >= pause_) return nullptr;
    std::unique_ptr<RowRangeReader> row_range = corpus_.NextRowRange();
    if (row_range != nullptr) {
      next_document_ = row_range->end_index();
      ++num_documents_;
    }
    return row_range;
  }

  std::uint64_t Skip(std::uint64_t num_documents) override { return corpus_.Skip(num_documents); }
  std::vector<std::pair<std::string, std::string>> Record(std::uint64_t row) const override {
    return corpus_.Record(row);
  }
  const CorpusInfo& info() const override { return corpus_.info(); }
  const CorpusReport& report() const override { return corpus_.report(); }
  CorpusProgress progress() const override { return corpus_.progress(); }

  bool ended() const { return ended_; }
  std::uint64_t next_document() const { return next_document_; }

 private:
  using Clock = std::chrono::steady_clock;

  CorpusReader& corpus_;
  std::uint64_t next_document_;
  Clock::time_point pause_ = Clock::time_point::max();
  std::uint64_t num_documents_ = 0;  // since the last pause; a row range counts as one
  bool ended_ = false;
};

/// Converts the progress of a pass to that of the whole count: bytes of the corpus, with documents
/// and tokens; or tokens, if there is a target.
class CountProgress final : public ProgressObserver {
 public:
  CountProgress(const CorpusReader& corpus, std::uint64_t target_tokens, ProgressObserver& observer)
      : corpus_(corpus), target_tokens_(target_tokens), observer_(observer) {}

  void OnProgress(const ProgressUpdate& update) override { Show(tokens_before_ + update.done); }
  void OnMessage(const std::string& message) override { observer_.OnMessage(message); }

  void StartPass(std::uint64_t tokens_before, const PausingReader& reader) {
    tokens_before_ = tokens_before;
    reader_ = &reader;
  }

  void Show(std::uint64_t num_tokens) {
    const CorpusProgress progress = corpus_.progress();
    const std::uint64_t num_documents = reader_->next_document();
    if (target_tokens_ != kNoTarget) {
      observer_.OnProgress({"count", std::min(num_tokens, target_tokens_), target_tokens_, "tokens",
                            fmt::format("{} documents", num_documents)});
    } else {
      observer_.OnProgress({"count", progress.bytes_done, progress.bytes_total, "bytes",
                            fmt::format("{} documents, {} tokens", num_documents, num_tokens)});
    }
  }

 private:
  const CorpusReader& corpus_;
  std::uint64_t target_tokens_;
  ProgressObserver& observer_;
  std::uint64_t tokens_before_ = 0;
  const PausingReader* reader_ = nullptr;
};

void AddPass(const CorpusPass& pass, bool is_first, CountCheckpoint& state) {
  for (std::size_t id = 0; id < pass.counts.counts.size(); ++id) {
    state.counts.counts[id] += pass.counts.counts[id];
  }
  state.counts.total += pass.counts.total;
  state.documents_counted += pass.documents_counted;
  if (is_first) state.first_document_tokens = pass.first_document_tokens;
}

}  // namespace

CountResult CountCorpus(CorpusReader& corpus, const Tokenizer& tokenizer,
                        const CountOptions& options, ProgressObserver& observer) {
  const bool has_checkpoint = !options.checkpoint.empty();
  std::string identity;
  CountCheckpoint state(tokenizer.vocab_size());
  if (has_checkpoint) {
    identity =
        CountIdentity(corpus.info(), options.corpus_options, tokenizer, options.target_tokens);
    auto found = ReadCountCheckpoint(options.checkpoint, identity, tokenizer.vocab_size());
    if (found) {
      state = *std::move(found);
      const std::uint64_t num_skipped = corpus.Skip(state.next_document);
      if (num_skipped < state.next_document) {
        RefuseCheckpointBeyondCorpus(options.checkpoint, state.next_document, num_skipped);
      }
      observer.OnMessage(fmt::format("going on after {} documents and {} tokens of {}",
                                     state.documents_counted, state.counts.total,
                                     options.checkpoint.string()));
    }
  }
  CorpusReport report_of_row_ranges = state.report;
  PausingReader reader(corpus, state.next_document);
  CountProgress progress(corpus, options.target_tokens, observer);
  progress.StartPass(state.counts.total, reader);
  progress.Show(state.counts.total);
  while (!reader.ended() && state.counts.total < options.target_tokens) {
    if (has_checkpoint) reader.GoOnFor(options.checkpoint_seconds);
    progress.StartPass(state.counts.total, reader);
    const bool is_first = state.next_document == 0;
    const CorpusPass pass = ReadCorpus(reader, tokenizer,
                                       {.target_tokens = options.target_tokens - state.counts.total,
                                        .num_sequences = 0,
                                        .sequence_length = 0,
                                        .allow_fewer = false,
                                        .allow_no_tokens = true,
                                        .num_threads = options.num_threads,
                                        .memory_budget = options.memory_budget},
                                       &progress);
    AddPass(pass, is_first, state);
    state.next_document = reader.next_document();
    report_of_row_ranges.Append(pass.report);
    state.report = report_of_row_ranges;
    state.report.Append(corpus.report());
    if (has_checkpoint) WriteCountCheckpoint(options.checkpoint, identity, state);
  }
  if (state.counts.total == 0) {
    throw InputError({.source = corpus.info().files.front().string(),
                      .found = fmt::format("no tokens in {} documents", state.documents_counted),
                      .expected = "text"});
  }
  CountResult result = {.pass = CorpusPass(tokenizer.vocab_size()), .report = state.report};
  result.pass.counts = std::move(state.counts);
  result.pass.documents_counted = state.documents_counted;
  result.pass.documents_read = state.next_document;
  result.pass.corpus_ended = reader.ended();
  result.pass.first_document_tokens = state.first_document_tokens;
  return result;
}

}  // namespace zipflens
