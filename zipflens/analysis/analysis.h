// Analysis: one batch through the encoder, its statistics, and their tables in a folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "zipflens/analysis/encode_stage.h"
#include "zipflens/analysis/frequency_statistics.h"
#include "zipflens/analysis/sequence_tables.h"
#include "zipflens/base/progress.h"
#include "zipflens/stats/token_counts.h"

namespace zipflens {

/// Counts of a study with their log-proportions on its batch.
struct CountedFrequency {
  CountSource counts = CountSource::kCorpus;
  const TokenCounts& token_counts;
  BatchFrequency frequency;
};

/// What the statistics found out about themselves.
struct AnalysisFindings {
  std::vector<int> merged_sequences;
  std::uint64_t empty_bins = 0;
  std::vector<Correlation> correlations;
};

/// Two stages. The first source of frequency makes every table; of further ones the correlations
/// and slopes are added, marked by their counts.
class Analysis {
 public:
  /// All arguments must outlive it. `folder`: existing. `input.frequencies` are set from
  /// `sources`. Throws OutputError.
  Analysis(EncodeInput input, const std::vector<CountedFrequency>& sources,
           const ResamplingOptions& resampling, const std::filesystem::path& folder);
  ~Analysis();

  /// The forward passes. Throws Error where a score or norm is not finite.
  void Encode(ProgressObserver* observer);
  /// The statistics; writes the tables. `tokens`: the vocabulary, by id.
  AnalysisFindings Finish(const std::vector<std::string>& tokens, ProgressObserver* observer);

 private:
  EncodeInput input_;
  const std::vector<CountedFrequency>& sources_;
  std::filesystem::path folder_;
  TableMetadata metadata_;  // of every table: what the first source leaves out
  SequenceTables tables_;
  std::vector<std::unique_ptr<FrequencyStatistics>> statistics_;  // one a source
};

}  // namespace zipflens
