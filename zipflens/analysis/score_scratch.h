// ScoreScratch: the summaries of every score matrix of a batch, on disk, regrouped by layer and
// head.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "zipflens/stats/score_sums.h"

namespace zipflens {

/// All sequences of one layer and head. Bins: [sequences, num_bins], NaN for a sequence with fewer
/// bins.
struct HeadSummaries {
  std::vector<ScoreSums> sums;  // [sequences]
  std::vector<double> mean;
  std::vector<double> std;
  std::vector<double> centred_mean;
  std::vector<double> centred_std;
};

/// A file that is written a sequence at a time and read a layer and head at a time, so that memory
/// does not grow with sequences times layers times heads. Removed at the end. Read may be called
/// from any number of threads once everything is written.
class ScoreScratch {
 public:
  /// Slots: layers times (1 + heads). Throws OutputError.
  ScoreScratch(const std::filesystem::path& path, std::size_t num_slots, std::size_t num_sequences,
               std::size_t num_bins);
  ~ScoreScratch();
  ScoreScratch(const ScoreScratch&) = delete;
  ScoreScratch& operator=(const ScoreScratch&) = delete;

  /// Throws OutputError.
  void Write(std::size_t slot, std::size_t sequence_idx, const ScoreSummary& summary) const;
  /// Throws OutputError: the file has changed or cannot be read.
  HeadSummaries Read(std::size_t slot) const;

 private:
  std::size_t RecordSize() const;  // doubles a summary takes

  std::filesystem::path path_;
  std::size_t num_sequences_;
  std::size_t num_bins_;
  int file_ = -1;
};

}  // namespace zipflens
