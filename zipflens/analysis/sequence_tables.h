// SequenceTables: the tables of a study that grow with its sequences.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "zipflens/analysis/encode_stage.h"
#include "zipflens/analysis/frequency_statistics.h"
#include "zipflens/tables/table_writer.h"

namespace zipflens {

/// File names within a study folder, beside those of analysis_tables.h.
inline constexpr const char* kPairSumsTable = "pair_sums.parquet";
inline constexpr const char* kDesignSumsTable = "design_sums.parquet";

/// adjustments, profiles, score_samples, pair_sums and design_sums, as the sequences come in.
class SequenceTables {
 public:
  /// Throws OutputError, as all of it.
  SequenceTables(const std::filesystem::path& folder, std::vector<int> layers, int num_heads,
                 const TableMetadata& metadata);

  /// `scores`: those of `summary` to write; `log_proportions`: a of the sequence, [S].
  void Append(int sequence_idx, const SequenceSummary& summary, const FrequencySummary& scores,
              std::span<const double> log_proportions);
  /// Rows of profiles.parquet with sequence -1: averages over the sequences.
  void AppendAverage(const AveragedProfile& average, std::span<const std::uint64_t> pairs_per_bin);
  void Close();

 private:
  void AppendProfiles(int sequence_idx, const FrequencySummary& scores);
  void AppendSamples(int sequence_idx, const SequenceSummary& summary,
                     std::span<const double> log_proportions);
  void AppendSums(int sequence_idx, const FrequencySummary& scores);

  std::vector<int> layers_;
  int num_heads_;
  TableWriter adjustments_;
  TableWriter profiles_;
  TableWriter score_samples_;
  TableWriter pair_sums_;
  TableWriter design_sums_;
};

}  // namespace zipflens
