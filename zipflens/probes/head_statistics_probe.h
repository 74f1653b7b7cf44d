// HeadStatisticsProbe: the scores of every head, reduced to what their statistics need.
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

/// Summarises z of each head and Z of the given layers, one sequence at a time, while they are in
/// cache. The bias parts of Z are the means over the heads of theirs.
class HeadStatisticsProbe : public Probe {
 public:
  /// How scores arrive: the same summaries up to rounding. Of the probes of a forward pass one can
  /// have rows, in its own order; matrices cost more.
  enum class Scores { kRows, kMatrices };

  /// `layers`: ascending, within the model.
  HeadStatisticsProbe(std::vector<int> layers, int num_heads, Scores scores);

  /// Before each forward pass. `design` and `bins`, of the sequence, must live until it ends.
  void BeginSequence(int sequence_idx, const PairDesign* design, const PairBins* bins);

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override;
  std::span<const std::uint32_t> QueryOrder() const override;
  /// Both throw Error where a score is not finite, naming layer and sequence.
  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override;
  void OnScoreRows(const ProbePoint& point, int head_idx, const ScoreRows& rows) override;

  /// After a forward pass: [layers, 1 + heads] row-major, layers in the order given; in each layer
  /// first Z (head -1), then the heads.
  std::vector<ScoreSummary> TakeSummaries() { return std::move(summaries_); }

 private:
  // A matrix whose rows arrive.
  struct Matrix {
    ScoreSummarizer summarizer;
    std::size_t num_rows = 0;  // that have arrived
  };

  std::size_t Slot(int layer, int head_idx) const;
  void AddBiasParts(int head_idx, MatrixView<const float> parts);
  MatrixView<const double> BiasParts(int head_idx) const;

  std::vector<int> layers_;
  std::size_t num_heads_;
  Scores scores_;
  int sequence_idx_ = 0;
  std::optional<PairLayout> layout_;
  std::vector<Matrix> matrices_;    // [1 + heads]: the mean first; one where whole matrices arrive
  std::vector<double> bias_parts_;  // of the layer, [1 + heads, 3, S]; the mean first
  std::vector<ScoreSummary> summaries_;
};

}  // namespace zipflens
