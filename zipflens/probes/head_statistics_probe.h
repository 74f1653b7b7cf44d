// HeadStatisticsProbe: the scores of every head, reduced to what their statistics need.
#pragma once

#include <optional>
#include <vector>

#include "zipflens/model/probe.h"
#include "zipflens/stats/score_sums.h"

namespace zipflens {

/// Summarises z of each head and Z of the given layers, one sequence at a time, while they are in
/// cache. The bias parts of Z are the means over the heads of theirs.
class HeadStatisticsProbe : public Probe {
 public:
  /// `layers`: ascending, within the model.
  HeadStatisticsProbe(std::vector<int> layers, int num_heads);

  /// Before each forward pass. `design` and `bins`, of the sequence, must live until it ends.
  void BeginSequence(int sequence_idx, const PairDesign* design, const PairBins* bins);

  std::vector<ProbePoint> WantedPoints(const ModelShape& shape) const override;
  /// Throws Error where a score is not finite, naming layer and sequence.
  void OnValues(const ProbePoint& point, int head_idx, MatrixView<const float> values) override;

  /// After a forward pass: [layers, 1 + heads] row-major, layers in the order given; in each layer
  /// first Z (head -1), then the heads.
  std::vector<ScoreSummary> TakeSummaries() { return std::move(summaries_); }

 private:
  std::size_t Slot(int layer, int head_idx) const;

  std::vector<int> layers_;
  std::size_t num_heads_;
  int sequence_idx_ = 0;
  std::optional<PairLayout> layout_;
  ScoreSummarizer summarizer_;
  std::vector<double> bias_parts_;  // of the layer, [1 + heads, 3, S]; the mean first
  std::vector<ScoreSummary> summaries_;
};

}  // namespace zipflens
