// The tables of a study folder: their names and columns, written a sequence at a time.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "zipflens/analysis/batch_frequency.h"
#include "zipflens/counting/corpus_pass.h"
#include "zipflens/stats/pair_estimates.h"
#include "zipflens/tables/table_writer.h"

namespace zipflens {

/// File names within a study folder.
inline constexpr const char* kTokenCountsTable = "token_counts.parquet";
/// The corpus's own counts where the study rests on others; columns as token_counts.parquet.
inline constexpr const char* kCorpusTokenCountsTable = "corpus_token_counts.parquet";
inline constexpr const char* kBatchTable = "batch.parquet";
inline constexpr const char* kAdjustmentsTable = "adjustments.parquet";
inline constexpr const char* kProfilesTable = "profiles.parquet";
inline constexpr const char* kScoreSamplesTable = "score_samples.parquet";

/// What column "scores" of profiles.parquet says: "raw", "row_centred".
std::string ProfileScoresName(Response scores);

/// Columns of each table; docs/outputs.md says what they mean.
const std::vector<TableColumn>& BatchColumns();
const std::vector<TableColumn>& AdjustmentsColumns();
const std::vector<TableColumn>& ProfilesColumns();
const std::vector<TableColumn>& ScoreSamplesColumns();

/// Every token of the batch. `frequency`: of the same batch.
void WriteBatch(const std::filesystem::path& path, const Batch& batch,
                const BatchFrequency& frequency);

}  // namespace zipflens
