// The tables of a study folder: their names and columns, written a sequence at a time.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "zipflens/study/corpus_pass.h"
#include "zipflens/study/encode_stage.h"
#include "zipflens/study/study_result.h"
#include "zipflens/study/table_writer.h"

namespace zipflens {

/// File names within a study folder.
inline constexpr const char* kStudyJson = "study.json";
inline constexpr const char* kTokenCountsTable = "token_counts.parquet";
inline constexpr const char* kBatchTable = "batch.parquet";
inline constexpr const char* kAdjustmentsTable = "adjustments.parquet";
inline constexpr const char* kProfilesTable = "profiles.parquet";
inline constexpr const char* kScoreSamplesTable = "score_samples.parquet";

/// Columns of each table; docs/outputs.md says what they mean.
const std::vector<TableColumn>& TokenCountsColumns();
const std::vector<TableColumn>& BatchColumns();
const std::vector<TableColumn>& AdjustmentsColumns();
const std::vector<TableColumn>& ProfilesColumns();
const std::vector<TableColumn>& ScoreSamplesColumns();

/// Every id of the vocabulary, with c, p and a.
void WriteTokenCounts(const std::filesystem::path& path, const Tokenizer& tokenizer,
                      const TokenCounts& counts, Smoothing smoothing);

/// Every token of the batch.
void WriteBatch(const std::filesystem::path& path, const Batch& batch);

/// adjustments, profiles and score_samples, as the sequences come in.
class SequenceTables {
 public:
  SequenceTables(const std::filesystem::path& folder, std::vector<int> layers);

  /// `log_proportions`: a of the sequence, [S].
  void Append(int sequence_idx, const SequenceSummary& summary,
              std::span<const double> log_proportions);
  /// Rows of profiles.parquet with sequence -1: averages over the sequences.
  void AppendAverage(const LayerProfile& profile, std::span<const std::uint64_t> pair_counts);
  void Close();

 private:
  std::vector<int> layers_;
  TableWriter adjustments_;
  TableWriter profiles_;
  TableWriter score_samples_;
};

}  // namespace zipflens
