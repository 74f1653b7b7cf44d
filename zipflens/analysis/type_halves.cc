#include "zipflens/analysis/type_halves.h"

namespace zipflens {
namespace {

// The token ids or log-proportions of the sequences of one half, one after the other.
template <typename T>
std::vector<T> OfHalf(std::span<const T> batch, std::size_t sequence_length, std::size_t half) {
  std::vector<T> values;
  for (std::size_t begin = half * sequence_length; begin < batch.size();
       begin += kHalves * sequence_length) {
    const auto sequence = batch.subspan(begin, sequence_length);
    values.insert(values.end(), sequence.begin(), sequence.end());
  }
  return values;
}

}  // namespace

TypeHalves::TypeHalves(const Batch& batch, const BatchFrequency& frequency,
                       const std::vector<int>& layers) {
  const std::size_t length = batch.sequence_length;
  for (std::size_t half = 0; half < kHalves; ++half) {
    halves_.emplace_back(
        TypeIndex(OfHalf(std::span<const std::int32_t>(batch.token_ids), length, half),
                  OfHalf(std::span<const double>(frequency.log_proportions), length, half)),
        layers, /*num_slots=*/1);
  }
}

void TypeHalves::Add(std::size_t sequence_idx, std::span<const std::int32_t> token_ids,
                     std::span<const double> log_proportions, std::span<const float> log_norms,
                     std::span<const ScoreSummary> scores, std::size_t num_slots) {
  TypeValues& values = halves_[sequence_idx % kHalves];
  std::vector<ScoreSummary> mean_scores;
  for (std::size_t idx = 0; idx < scores.size(); idx += num_slots) {
    mean_scores.push_back(scores[idx]);
  }
  values.Add(values.TypesOf(token_ids, log_proportions), log_norms, mean_scores);
}

HalfEstimates TypeHalves::Estimates() const {
  const ResamplingOptions none{.permutations = 0, .resamples = 0};
  HalfEstimates halves;
  for (std::size_t half = 0; half < kHalves; ++half) {
    halves[half] = TypeCorrelations(halves_[half], CountSource::kCorpus, none);
  }
  return halves;
}

}  // namespace zipflens
