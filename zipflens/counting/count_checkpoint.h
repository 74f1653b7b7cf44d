// CountCheckpoint: a file with the state of an unfinished count, from which the count can be
// resumed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "zipflens/corpus/corpus.h"
#include "zipflens/stats/token_counts.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// Returns, as JSON text, everything that must be unchanged when a count is resumed: the files
/// (path, size, time of change), the rows of them that are read, the options of reading, the
/// SHA-256 of the files that decide the ids (TokenizerFiles), and the target. Throws InputError for
/// standard input, which cannot be read twice.
std::string CountIdentity(const CorpusInfo& info, const CorpusOptions& options,
                          const Tokenizer& tokenizer, std::uint64_t target_tokens);

/// The state of a count just before `next_document`.
struct CountCheckpoint {
  explicit CountCheckpoint(std::size_t vocab_size) : counts(vocab_size) {}

  TokenCounts counts;
  std::uint64_t next_document = 0;  // index in the corpus of the first document not in `counts`
  std::uint64_t documents_counted = 0;
  std::uint64_t first_document_tokens = 0;
  CorpusReport report;
};

/// Replaces `path` atomically. Throws OutputError.
void WriteCountCheckpoint(const std::filesystem::path& path, const std::string& identity,
                          const CountCheckpoint& checkpoint);

/// Reads a checkpoint, or returns nullopt if the file does not exist. Throws InputError if the file
/// is not a checkpoint, is damaged or belongs to another count; the message says what differs.
std::optional<CountCheckpoint> ReadCountCheckpoint(const std::filesystem::path& path,
                                                   const std::string& identity,
                                                   std::size_t vocab_size);

/// Throws the InputError for a damaged checkpoint whose `next_document` exceeds the number of
/// documents of the corpus.
[[noreturn]] void RefuseCheckpointBeyondCorpus(const std::filesystem::path& path,
                                               std::uint64_t next_document,
                                               std::uint64_t num_documents);

}  // namespace zipflens
