// ReadCountFile: token counts made elsewhere, checked against the model's vocabulary.
#pragma once

#include <filesystem>

#include "zipflens/stats/token_counts.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// Counts from a file, and what they could be checked by.
struct FileCounts {
  TokenCounts counts;
  bool vocabulary_checked = false;  // by sha256 (Parquet of `zipflens count`) or by token strings
};

/// Reads a file ending in .parquet, .csv (with a header line; see csv_rows.h) or .jsonl (UTF-8)
/// whose columns or fields `id` and `count` are whole numbers, one row an id; others are passed
/// over. An id that is not there counts 0. A column `token`, where there is one, must hold the
/// vocabulary's entries. Throws UsageError for another ending; InputError naming row or line, and
/// column: no such columns, an id twice or beyond the vocabulary, a negative count, another
/// vocabulary, nothing counted.
FileCounts ReadCountFile(const std::filesystem::path& path, const Tokenizer& tokenizer);

}  // namespace zipflens
