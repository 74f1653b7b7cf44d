// Token counts as a file: Parquet, CSV or JSON Lines.
#pragma once

#include <filesystem>
#include <vector>

#include "zipflens/stats/token_counts.h"
#include "zipflens/tables/table_writer.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// The entry of a Parquet count file's metadata that names its vocabulary
/// (Tokenizer::vocabulary_sha256).
inline constexpr const char* kVocabularySha256Key = "zipflens.vocabulary_sha256";

/// Columns of token_counts.parquet: every id of the vocabulary, with c, p and a (NaN: never
/// counted).
const std::vector<TableColumn>& TokenCountsColumns();

/// Writes that table, with the vocabulary's sha256 in its metadata. Throws OutputError.
void WriteTokenCounts(const std::filesystem::path& path, const Tokenizer& tokenizer,
                      const TokenCounts& counts, Smoothing smoothing);

/// Throws UsageError naming `option` unless the ending is .parquet, .csv or .jsonl. Call before
/// counting.
void RequireCountFileEnding(const std::filesystem::path& path, const char* option = "`out`");

/// Writes every id of the vocabulary with the columns of token_counts.parquet, in the format that
/// the ending of `final_path` names, into `path` (where it is written before it gets its final
/// name). An uncounted token's log_proportion is null (NaN in CSV). Rows are in the order of ids;
/// in JSON Lines those without a log_proportion come last. Throws OutputError.
void WriteCountFile(const std::filesystem::path& path, const std::filesystem::path& final_path,
                    const Tokenizer& tokenizer, const TokenCounts& counts, Smoothing smoothing);

}  // namespace zipflens
