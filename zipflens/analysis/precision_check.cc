#include "zipflens/analysis/precision_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/probes/adjustment_norm_probe.h"
#include "zipflens/probes/probe_set.h"

namespace zipflens {
namespace {

// Keeps Z of the given layers.
class MeanScoresProbe final : public Probe {
 public:
  explicit MeanScoresProbe(std::vector<int> layers) : layers_(std::move(layers)) {}

  std::vector<ProbePoint> WantedPoints(const ModelShape& /*shape*/) const override {
    std::vector<ProbePoint> points;
    for (const int layer : layers_) points.push_back({layer, PointKind::kMeanAttentionScores});
    return points;
  }
  void OnValues(const ProbePoint& /*point*/, int /*head_idx*/,
                MatrixView<const float> values) override {
    for (std::size_t row = 0; row < values.rows; ++row) {
      const auto cells = values.RowSpan(row);
      values_.insert(values_.end(), cells.begin(), cells.end());
    }
  }
  std::vector<float> TakeValues() { return std::move(values_); }

 private:
  std::vector<int> layers_;
  std::vector<float> values_;
};

double LargestDifference(const std::vector<float>& a, const std::vector<float>& b) {
  ZIPFLENS_CHECK(a.size() == b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(double{a[i]} - b[i]));
  }
  return largest;
}

double Largest(const std::vector<float>& values) {
  double largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(double{value}));
  return largest;
}

}  // namespace

SequenceValues MeasureSequence(const Encoder& encoder, std::span<const std::int32_t> token_ids,
                               const std::vector<int>& layers) {
  MeanScoresProbe mean_scores(layers);
  AdjustmentNormProbe norms(layers);
  ProbeSet probes({&mean_scores, &norms}, encoder.shape());
  norms.BeginSequence(0);
  const auto workspace = encoder.MakeWorkspace(token_ids.size());
  encoder.Forward(token_ids, *encoder.MakePlan(probes), *workspace, probes);
  return {mean_scores.TakeValues(), norms.TakeLogNorms()};
}

PrecisionDeviation Compare(const SequenceValues& values, const SequenceValues& in_float32) {
  return {.mean_scores = LargestDifference(values.mean_scores, in_float32.mean_scores),
          .log_norms = LargestDifference(values.log_norms, in_float32.log_norms),
          .largest_mean_score = Largest(in_float32.mean_scores),
          .largest_log_norm = Largest(in_float32.log_norms)};
}

std::string DeviationText(Precision precision, const PrecisionDeviation& deviation) {
  return fmt::format(
      "{}: on the first sequence Z lies at most {:.2g} from float32 (its values reach {:.3g}), n "
      "at "
      "most {:.2g} (its values reach {:.3g})",
      PrecisionName(precision), deviation.mean_scores, deviation.largest_mean_score,
      deviation.log_norms, deviation.largest_log_norm);
}

}  // namespace zipflens
