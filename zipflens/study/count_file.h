// Token counts as a file: Parquet, CSV or JSON Lines.
#pragma once

#include <filesystem>

#include "zipflens/stats/token_counts.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// Throws UsageError unless the ending is .parquet, .csv or .jsonl. Call before counting.
void RequireCountFileEnding(const std::filesystem::path& path);

/// Writes every id of the vocabulary with the columns of token_counts.parquet, in the format that
/// the ending of `final_path` names, into `path` (where it is written before it gets its final
/// name). An uncounted token's log_proportion is null (empty in CSV). Throws OutputError.
void WriteCountFile(const std::filesystem::path& path, const std::filesystem::path& final_path,
                    const Tokenizer& tokenizer, const TokenCounts& counts, Smoothing smoothing);

}  // namespace zipflens
