// Random sequences and their pairs written out, one row per pair, with which sums are compared.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "zipflens/base/matrix_view.h"
#include "zipflens/stats/pair_bins.h"
#include "zipflens/stats/pair_design.h"
#include "zipflens/stats/score_sums.h"

namespace zipflens {

/// A sequence with repeated tokens, a special first token, tokens left out, and random scores.
struct RandomSequence {
  std::vector<std::int32_t> token_ids;
  std::vector<double> log_proportions;  // a
  std::vector<std::uint8_t> special;
  std::vector<float> scores;       // [S, S]
  std::vector<double> bias_parts;  // [3, S]

  RandomSequence(std::size_t length, unsigned seed, double level = 0.0) {
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal;
    for (std::size_t i = 0; i < length; ++i) {
      const auto id = static_cast<std::int32_t>(generator() % 9);
      token_ids.push_back(id);
      // Tokens 3 and 4 are equally frequent; token 8 was never counted.
      const double a = -2.0 - 0.7 * (id == 4 ? 3 : id);
      log_proportions.push_back(id == 8 ? std::numeric_limits<double>::quiet_NaN() : a);
      special.push_back(id == 1 ? 1 : 0);
    }
    const double constant = 0.3;
    for (std::size_t part = 0; part < 2; ++part) {
      for (std::size_t i = 0; i < length; ++i) bias_parts.push_back(normal(generator));
    }
    bias_parts.insert(bias_parts.end(), length, constant);
    for (std::size_t i = 0; i < length; ++i) {
      for (std::size_t j = 0; j < length; ++j) {
        const double a = std::isnan(log_proportions[i] + log_proportions[j])
                             ? 100
                             : 0.2 * log_proportions[i] - 0.1 * log_proportions[j];
        scores.push_back(static_cast<float>(level + a + bias_parts[i] + bias_parts[length + j] +
                                            constant + normal(generator)));
      }
    }
  }

  std::size_t length() const { return token_ids.size(); }
  MatrixView<const float> Scores() const { return {scores.data(), length(), length()}; }
  MatrixView<const double> BiasParts() const { return {bias_parts.data(), 3, length()}; }
};

/// One pair of tokens that take part.
struct OraclePair {
  std::size_t query;
  std::size_t key;
  TermVector terms;
  TermVector centred_terms;  // less their mean over the keys of the query
  double u;
  double z;
  double centred_z;
  double query_only;
  double key_only;
};

inline std::vector<OraclePair> AllPairs(const RandomSequence& sequence, double centre) {
  std::vector<OraclePair> pairs;
  const auto& a = sequence.log_proportions;
  const std::size_t length = sequence.length();
  for (std::size_t i = 0; i < length; ++i) {
    if (std::isnan(a[i])) continue;
    const std::size_t begin = pairs.size();
    for (std::size_t j = 0; j < length; ++j) {
      if (std::isnan(a[j])) continue;
      const double qa = a[i] - centre;
      const double ka = a[j] - centre;
      const auto qi = static_cast<double>(i);
      const auto kj = static_cast<double>(j);
      const double same = sequence.token_ids[i] == sequence.token_ids[j] ? 1 : 0;
      const double z = sequence.scores[i * length + j];
      pairs.push_back(
          {i,
           j,
           {1, qa, ka, qa * ka, std::abs(qi - kj), same, qi, kj,
            static_cast<double>(sequence.special[i]), static_cast<double>(sequence.special[j])},
           {},
           a[i] + a[j],
           z,
           0,
           sequence.bias_parts[i],
           sequence.bias_parts[length + j]});
    }
    TermVector mean{};
    double mean_z = 0;
    const auto n = static_cast<double>(pairs.size() - begin);
    for (std::size_t p = begin; p < pairs.size(); ++p) {
      for (std::size_t k = 0; k < kNumPairTerms; ++k) mean[k] += pairs[p].terms[k] / n;
      mean_z += pairs[p].z / n;
    }
    for (std::size_t p = begin; p < pairs.size(); ++p) {
      for (std::size_t k = 0; k < kNumPairTerms; ++k) {
        pairs[p].centred_terms[k] = pairs[p].terms[k] - mean[k];
      }
      pairs[p].centred_z = pairs[p].z - mean_z;
    }
  }
  return pairs;
}

/// The sums under test.
inline ScoreSummary SummaryOf(const RandomSequence& sequence, const PairDesign& design,
                              std::size_t num_bins) {
  ScoreSummarizer summarizer;
  const PairBins bins(sequence.log_proportions, num_bins);
  return summarizer.Summarize(sequence.Scores(), sequence.BiasParts(), PairLayout(design, bins));
}

}  // namespace zipflens
