// The names and columns of the tables in a study folder.
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
/// The counts of the study's own corpus, if the study uses other counts. It has the columns of
/// token_counts.parquet.
inline constexpr const char* kCorpusTokenCountsTable = "corpus_token_counts.parquet";
inline constexpr const char* kBatchTable = "batch.parquet";
inline constexpr const char* kAdjustmentsTable = "adjustments.parquet";
inline constexpr const char* kProfilesTable = "profiles.parquet";
inline constexpr const char* kScoreSamplesTable = "score_samples.parquet";

/// Returns the value of column "scores" in profiles.parquet: "raw" or "row_centred".
std::string ProfileScoresName(Response scores);

/// The columns of each table. docs/outputs.md defines them.
const std::vector<TableColumn>& BatchColumns();
const std::vector<TableColumn>& AdjustmentsColumns();
const std::vector<TableColumn>& ProfilesColumns();
const std::vector<TableColumn>& ScoreSamplesColumns();

/// Writes one row per token of the batch. `frequency` must belong to the same batch.
void WriteBatch(const std::filesystem::path& path, const Batch& batch,
                const BatchFrequency& frequency);

}  // namespace zipflens
