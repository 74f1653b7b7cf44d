// Measures, on one sequence, how much a lower precision changes the values of a study.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "zipflens/model/encoder.h"

namespace zipflens {

/// The values that a study measures in one sequence.
struct SequenceValues {
  std::vector<float> mean_scores;  // Z, [layers, S, S]
  std::vector<float> log_norms;    // n, [layers, S]
};

/// Runs one forward pass. `layers` must be ascending layers of the model.
SequenceValues MeasureSequence(const Encoder& encoder, std::span<const std::int32_t> token_ids,
                               const std::vector<int>& layers);

/// How far the values of one sequence are from those in float32.
struct PrecisionDeviation {
  double mean_scores = 0;         // largest |difference| of Z
  double log_norms = 0;           // largest |difference| of n
  double largest_mean_score = 0;  // largest |Z| in float32
  double largest_log_norm = 0;    // largest |n| in float32
};

PrecisionDeviation Compare(const SequenceValues& values, const SequenceValues& in_float32);

/// Describes the deviation in a sentence.
std::string DeviationText(Precision precision, const PrecisionDeviation& deviation);

}  // namespace zipflens
