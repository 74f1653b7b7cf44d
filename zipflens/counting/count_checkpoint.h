// CountCheckpoint: how far a count has come, as a file from which it can go on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "zipflens/corpus/corpus.h"
#include "zipflens/stats/token_counts.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// What must be the same for a count to go on: the files (path, size, time of change) and the rows
/// of them that are read, how they are read, the files that decide the ids
/// (TokenizerFiles, SHA-256) and the target. As
/// JSON text. Throws InputError for standard input, which cannot be read again.
std::string CountIdentity(const CorpusInfo& info, const CorpusOptions& options,
                          const Tokenizer& tokenizer, std::uint64_t target_tokens);

/// The state of a count behind `next_document`.
struct CountCheckpoint {
  explicit CountCheckpoint(std::size_t vocab_size) : counts(vocab_size) {}

  TokenCounts counts;
  std::uint64_t next_document = 0;  // index in the corpus of the first that is not in `counts`
  std::uint64_t documents_counted = 0;
  std::uint64_t first_document_tokens = 0;
  CorpusReport report;
};

/// Replaces `path` in one step. Throws OutputError.
void WriteCountCheckpoint(const std::filesystem::path& path, const std::string& identity,
                          const CountCheckpoint& checkpoint);

/// Nothing where there is no such file. Throws InputError: no checkpoint, damaged, or of another
/// count, saying what differs.
std::optional<CountCheckpoint> ReadCountCheckpoint(const std::filesystem::path& path,
                                                   const std::string& identity,
                                                   std::size_t vocab_size);

/// Throws InputError: the checkpoint is damaged, since the corpus has fewer documents than lie
/// before its next one.
[[noreturn]] void RefuseCheckpointBeyondCorpus(const std::filesystem::path& path,
                                               std::uint64_t next_document,
                                               std::uint64_t num_documents);

}  // namespace zipflens
