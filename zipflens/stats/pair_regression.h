// Query and key slopes: least squares of the scores over all pairs, with standard errors clustered
// by sequence.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "zipflens/base/numbers.h"
#include "zipflens/stats/pair_design.h"
#include "zipflens/stats/pair_estimates.h"

namespace zipflens {

/// Why a term has no estimate.
enum class TermStatus {
  kEstimated,
  kRedundant,         // it does not vary, or is a linear combination of earlier terms
  kRemovedByCentring  // it is the same for all keys of a query, so row-centring makes it 0
};

/// One term of one regression. Values that are not known are NaN. A slope is in units of z per unit
/// of the term.
struct TermEstimate {
  PairTerm term = PairTerm::kIntercept;
  TermStatus status = TermStatus::kEstimated;
  double estimate = kNoNumber;
  double standard_error = kNoNumber;
  double lower = kNoNumber;  // of the 95 % confidence interval: t with G - 1 degrees of freedom
  double upper = kNoNumber;
  double p = kNoNumber;  // two-sided, for the hypothesis that the slope is 0
};

/// Ordinary least squares of one response over the pairs of all sequences. For row-centred scores
/// the terms are row-centred too, so the slopes equal those of a regression of z with a free level
/// per query.
///
/// Standard errors are the sandwich estimate clustered by sequence with the factor G / (G - 1) * (N
/// - 1) / (N - K) (Liang & Zeger 1986; statsmodels' cov_type="cluster"). They are NaN for fewer
/// than two clusters. They say how the slope would vary over other sequences of the same token
/// types. They do not say whether it would be there for other types: types recur across sequences,
/// and where types differ at random and frequency plays no part, p < 0.05 occurs in 81 % of
/// simulated studies (tests/stats/calibration.cc). The type-level test rejects in 5 %, as it
/// promises.
class PairRegression {
 public:
  /// `designs`: one per sequence, in sequence order. Terms are considered in the order of PairTerm,
  /// and redundant ones are dropped.
  PairRegression(std::vector<DesignSums> designs, Response response);

  /// `scores`: of one layer and head, one per sequence in the same order. Thread-safe.
  std::array<TermEstimate, kNumPairTerms> Fit(std::span<const ScoreSums> scores) const;

  /// N, the number of pairs of all sequences.
  std::uint64_t num_pairs() const { return num_pairs_; }
  /// G, the number of sequences with at least one pair.
  std::size_t num_clusters() const { return num_clusters_; }

 private:
  std::vector<DesignSums> designs_;
  Response response_;
  std::uint64_t num_pairs_ = 0;
  std::size_t num_clusters_ = 0;
  std::array<TermStatus, kNumPairTerms> status_{};
  std::vector<std::size_t> kept_;  // indices of the terms in the regression, ascending
  std::vector<double> inverse_;    // (X'X)^-1 of the kept terms, [kept, kept]
};

}  // namespace zipflens
