// Writes token counts to a file: Parquet, CSV or JSON Lines.
#pragma once

#include <filesystem>
#include <vector>

#include "zipflens/stats/token_counts.h"
#include "zipflens/tables/table_writer.h"
#include "zipflens/tokenizer/tokenizer.h"

namespace zipflens {

/// The key in the metadata of a Parquet count file whose value identifies the vocabulary
/// (Tokenizer::vocabulary_sha256).
inline constexpr const char* kVocabularySha256Key = "zipflens.vocabulary_sha256";

/// The columns of token_counts.parquet, which has one row per id of the vocabulary: the id, the
/// token, c, p and a (NaN if the token was never counted).
const std::vector<TableColumn>& TokenCountsColumns();

/// Writes that table, with the SHA-256 of the vocabulary in its metadata. Throws OutputError.
void WriteTokenCounts(const std::filesystem::path& path, const Tokenizer& tokenizer,
                      const TokenCounts& counts, Smoothing smoothing);

/// Throws UsageError that names `option` unless the ending is .parquet, .csv or .jsonl. Call it
/// before counting.
void RequireCountFileEnding(const std::filesystem::path& path, const char* option = "`out`");

/// Writes one row per id of the vocabulary, with the columns of token_counts.parquet. The ending of
/// `final_path` decides the format; the file is written to `path`, and the caller renames it. The
/// log_proportion of an uncounted token is null (NaN in CSV). Rows are in the order of ids, except
/// that in JSON Lines the rows without a log_proportion come last. Throws OutputError.
void WriteCountFile(const std::filesystem::path& path, const std::filesystem::path& final_path,
                    const Tokenizer& tokenizer, const TokenCounts& counts, Smoothing smoothing);

}  // namespace zipflens
