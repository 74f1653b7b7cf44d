// SequenceTables: writes the tables of a study that grow with its sequences.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "zipflens/analysis/encode_stage.h"
#include "zipflens/analysis/frequency_statistics.h"
#include "zipflens/tables/table_writer.h"

namespace zipflens {

/// File names within a study folder, in addition to those of analysis_tables.h.
inline constexpr const char* kPairSumsTable = "pair_sums.parquet";
inline constexpr const char* kDesignSumsTable = "design_sums.parquet";

/// Writes adjustments, profiles, score_samples, pair_sums and design_sums, sequence by sequence.
class SequenceTables {
 public:
  /// Throws OutputError, as all member functions do.
  SequenceTables(const std::filesystem::path& folder, std::vector<int> layers,
                 std::size_t num_heads, const TableMetadata& metadata);

  /// Appends the rows of one sequence. `scores` is the part of `summary` for the first source of
  /// frequency; `log_proportions` is a of the sequence, [S].
  void Append(std::size_t sequence_idx, const SequenceSummary& summary,
              const FrequencySummary& scores, std::span<const double> log_proportions);
  /// Appends averages over the sequences to profiles.parquet, as rows with sequence -1.
  void AppendAverage(const AveragedProfile& average, std::span<const std::uint64_t> pairs_per_bin);
  void Close();

 private:
  void AppendProfiles(std::size_t sequence_idx, const FrequencySummary& scores);
  void AppendSamples(std::size_t sequence_idx, const SequenceSummary& summary,
                     std::span<const double> log_proportions);
  void AppendSums(std::size_t sequence_idx, const FrequencySummary& scores);

  std::vector<int> layers_;
  std::size_t num_heads_;
  TableWriter adjustments_;
  TableWriter profiles_;
  TableWriter score_samples_;
  TableWriter pair_sums_;
  TableWriter design_sums_;
};

}  // namespace zipflens
