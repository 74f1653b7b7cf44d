// ReadCountFile: reads token counts from a file and checks them against the model's vocabulary.
#pragma once

#include <filesystem>

#include "zipflens/stats/token_counts.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// Counts from a file, and whether they could be checked.
struct FileCounts {
  TokenCounts counts;
  bool vocabulary_checked = false;  // by SHA-256 (Parquet of `zipflens count`) or token strings
};

/// Reads a .parquet, .csv (with a header line; see csv_rows.h) or .jsonl (UTF-8) file. Its columns
/// or fields `id` and `count` must be whole numbers, with one row per id; a missing id has the
/// count 0. A column `token`, if present, must contain the vocabulary's entries. Other columns are
/// ignored. Throws UsageError for any other ending. Throws InputError that names the row or line,
/// and the column, if a column is missing, an id is repeated or not in the vocabulary, a count is
/// negative, the vocabulary is a different one, or nothing was counted.
FileCounts ReadCountFile(const std::filesystem::path& path, const Tokenizer& tokenizer);

}  // namespace zipflens
