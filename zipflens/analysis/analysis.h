// Analysis: runs one batch through the encoder, computes its statistics and writes their tables
// into a folder.
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

/// Token counts of a study, and their log-proportions for its batch.
struct CountedFrequency {
  CountSource counts = CountSource::kCorpus;
  const TokenCounts& token_counts;
  BatchFrequency frequency;
};

/// An analysis has two stages, Encode and Finish. The first source of frequency fills every table.
/// Further sources add only their correlations and slopes, whose rows name the source (`counts`).
class Analysis {
 public:
  /// `sources`, and everything that `input` refers to, must outlive the analysis. `folder` must
  /// exist. `input.frequencies` is filled from `sources`. Throws OutputError.
  Analysis(EncodeInput input, const std::vector<CountedFrequency>& sources,
           const ResamplingOptions& resampling, const std::filesystem::path& folder);
  ~Analysis();

  /// Runs the forward passes. Throws Error if a score or an attention output is not finite.
  void Encode(ProgressObserver* observer);
  /// Computes the statistics and writes the tables. `tokens` is the vocabulary, by id. Returns the
  /// results for the first source, with the correlations and slopes of all sources.
  FrequencyResults Finish(const std::vector<std::string>& tokens, ProgressObserver* observer);

 private:
  EncodeInput input_;
  const std::vector<CountedFrequency>& sources_;
  std::filesystem::path folder_;
  TableMetadata metadata_;  // of every table: how much the first source leaves out
  SequenceTables tables_;
  std::vector<std::unique_ptr<FrequencyStatistics>> statistics_;  // one per source
};

}  // namespace zipflens
