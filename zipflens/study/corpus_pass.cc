#include "zipflens/study/corpus_pass.h"

#include <fmt/format.h>

#include <atomic>

#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/base/parallel.h"

namespace zipflens {
namespace {

// Documents are read in blocks of about this much text, tokenized side by side.
constexpr std::size_t kBlockBytes = std::size_t{4} << 20;
constexpr std::size_t kBlockDocuments = 1024;

struct TokenizedDocument {
  Document document;
  std::vector<std::int32_t> token_ids;
};

std::vector<TokenizedDocument> ReadBlock(CorpusReader& corpus) {
  std::vector<TokenizedDocument> block;
  std::size_t num_bytes = 0;
  while (num_bytes < kBlockBytes && block.size() < kBlockDocuments) {
    std::optional<Document> document = corpus.Next();
    if (!document) break;
    num_bytes += document->text.size();
    block.push_back({std::move(*document), {}});
  }
  return block;
}

void TokenizeBlock(const Tokenizer& tokenizer, int num_threads,
                   std::vector<TokenizedDocument>& block) {
  std::atomic<std::size_t> next = 0;
  RunWorkers(static_cast<std::size_t>(num_threads), [&](std::size_t) {
    for (std::size_t i = next++; i < block.size(); i = next++) {
      ThrowIfInterrupted();
      tokenizer.EncodeInto(block[i].document.text, block[i].token_ids);
    }
  });
}

/// Takes documents in order until it has what was asked for.
class Collector {
 public:
  Collector(const CorpusPassOptions& options, CorpusPass& pass) : options_(options), pass_(pass) {
    pass_.batch.sequence_length = options.sequence_length;
  }

  bool counting() const { return pass_.counts.total < options_.target_tokens; }
  bool batching() const { return pass_.batch.num_sequences < options_.num_sequences; }
  bool done() const { return !counting() && !batching(); }

  void Take(const TokenizedDocument& item) {
    if (pass_.documents_read++ == 0) pass_.first_document_tokens = item.token_ids.size();
    if (counting()) {
      pass_.counts.Add(item.token_ids);
      ++pass_.documents_counted;
    }
    const auto length = static_cast<std::size_t>(options_.sequence_length);
    if (!batching() || item.token_ids.size() < length) return;
    Batch& batch = pass_.batch;
    batch.token_ids.insert(batch.token_ids.end(), item.token_ids.begin(),
                           item.token_ids.begin() + static_cast<std::ptrdiff_t>(length));
    batch.documents.push_back(item.document.index);
    batch.titles.push_back(item.document.title);
    ++batch.num_sequences;
  }

 private:
  const CorpusPassOptions& options_;
  CorpusPass& pass_;
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
  const int found = pass.batch.num_sequences;
  const bool enough = found >= options.num_sequences || (options.allow_fewer && found > 0);
  if (enough) return;
  throw InputError(
      {.source = CorpusName(corpus),
       .found = fmt::format("{} of {} documents with {} tokens or more", found, pass.documents_read,
                            options.sequence_length),
       .expected = fmt::format(
           "{}; give fewer --sequences, a smaller --sequence-length or{}", options.num_sequences,
           found > 0 ? " --allow-fewer to go on with those" : " another corpus")});
}

}  // namespace

CorpusPass ReadCorpus(CorpusReader& corpus, const Tokenizer& tokenizer,
                      const CorpusPassOptions& options, ProgressObserver* observer) {
  CorpusPass pass(tokenizer.vocab_size());
  Collector collector(options, pass);
  while (!collector.done()) {
    std::vector<TokenizedDocument> block = ReadBlock(corpus);
    if (block.empty()) {
      pass.corpus_ended = true;
      break;
    }
    TokenizeBlock(tokenizer, options.num_threads, block);
    for (const TokenizedDocument& item : block) {
      if (collector.done()) break;
      collector.Take(item);
    }
    if (observer != nullptr) {
      const bool has_target = options.target_tokens != std::numeric_limits<std::uint64_t>::max();
      observer->OnProgress({"count", pass.counts.total, has_target ? options.target_tokens : 0,
                            "tokens", fmt::format("{} documents", pass.documents_read)});
    }
  }
  RequireEnough(corpus, options, pass);
  return pass;
}

}  // namespace zipflens
