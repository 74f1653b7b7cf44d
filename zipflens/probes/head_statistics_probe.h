// HeadStatisticsProbe: reduces the scores of every head to the sums that their statistics need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "zipflens/model/probe.h"
#include "zipflens/stats/score_sums.h"

namespace zipflens {

/// The summary of one sequence's scores for one source of frequency.
struct FrequencySummary {
  PairBins bins;  // the same for all layers and heads
  DesignSums design;
  std::vector<ScoreSummary> scores;  // [layers, 1 + heads]; of each layer, slot 0 is Z
};

/// Summarises z of each head, and Z, for the given layers, one sequence at a time, while the scores
/// are in cache. The bias parts of Z are the means over the heads of the heads' bias parts.
class HeadStatisticsProbe : public Probe {
 public:
  /// How scores arrive: by rows (Probe::OnScoreRows) or as whole matrices (Probe::OnValues). The
  /// summaries are the same up to rounding. Rows are faster, but only one probe of a forward pass
  /// can receive rows in its own order.
  enum class Scores { kRows, kMatrices };

  /// `layers`: ascending, within the model. With 0 heads, only Z is summarised, without its bias
  /// parts, which then count as 0.
  HeadStatisticsProbe(std::vector<int> layers, std::size_t num_heads, Scores scores);

  /// Begins a sequence. Call it before each forward pass. `layout` describes the sequence.
  void BeginSequence(std::size_t sequence_idx, PairLayout layout);

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override;
  std::span<const std::uint32_t> QueryOrder() const override;
  /// OnValues and OnScoreRows throw Error, naming layer and sequence, if a score is not finite.
  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override;
  void OnScoreRows(const ProbePoint& point, int head_idx, const ScoreRows& rows) override;

  /// The summary of the sequence. Call it once after the forward pass.
  FrequencySummary TakeSummary();

 private:
  // A score matrix whose rows are arriving.
  struct Matrix {
    ScoreSummarizer summarizer;
    std::size_t num_rows = 0;  // arrived so far
  };

  std::size_t Slot(int layer, int head_idx) const;
  void AddBiasParts(int head_idx, MatrixView<const float> parts);
  MatrixView<const double> BiasParts(int head_idx) const;

  std::vector<int> layers_;
  std::size_t num_heads_;
  Scores scores_;
  std::size_t sequence_idx_ = 0;
  std::optional<PairLayout> layout_;
  std::vector<Matrix> matrices_;    // [1 + heads], the mean first; only one for whole matrices
  std::vector<double> bias_parts_;  // of the current layer, [1 + heads, 3, S], the mean first
  std::vector<ScoreSummary> summaries_;
};

}  // namespace zipflens
