// ScoreScratch: keeps the summaries of all score matrices of a batch on disk and regroups them by
// layer and head.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "zipflens/stats/score_sums.h"

namespace zipflens {

/// The summaries of all sequences for one layer and head. The bin values are [sequences, num_bins],
/// and NaN for a sequence with fewer bins.
struct HeadSummaries {
  std::vector<ScoreSums> sums;  // [sequences]
  std::vector<double> mean;
  std::vector<double> std;
  std::vector<double> centred_mean;
  std::vector<double> centred_std;
};

/// A file that is written sequence by sequence and read layer by layer and head by head, so that
/// memory does not grow with sequences times layers times heads. The destructor removes it. Several
/// threads may call Read after everything is written.
class ScoreScratch {
 public:
  /// `num_slots` is layers times (1 + heads). Throws OutputError.
  ScoreScratch(const std::filesystem::path& path, std::size_t num_slots, std::size_t num_sequences,
               std::size_t num_bins);
  ~ScoreScratch();
  ScoreScratch(const ScoreScratch&) = delete;
  ScoreScratch& operator=(const ScoreScratch&) = delete;

  /// Writes one summary. Throws OutputError.
  void Write(std::size_t slot, std::size_t sequence_idx, const ScoreSummary& summary) const;
  /// Returns the summaries of a slot. Throws OutputError if the file was changed or cannot be read.
  HeadSummaries Read(std::size_t slot) const;

 private:
  std::size_t RecordSize() const;  // number of doubles per summary

  std::filesystem::path path_;
  std::size_t num_sequences_;
  std::size_t num_bins_;
  int file_ = -1;
};

}  // namespace zipflens
