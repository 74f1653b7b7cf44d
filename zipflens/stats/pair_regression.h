// Query and key slopes: least squares of the scores over all pairs, with errors clustered by
// sequence.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "zipflens/stats/pair_design.h"
#include "zipflens/stats/pair_estimates.h"

namespace zipflens {

/// Why a term has no estimate.
enum class TermStatus {
  kEstimated,
  kRedundant,         // it does not vary, or is a linear combination of terms before it
  kRemovedByCentring  // it is the same for all keys of a query, and so is its row's mean
};

/// One term of one regression; NaN where not known. A slope is in units of z per unit of the term.
struct TermEstimate {
  PairTerm term = PairTerm::kIntercept;
  TermStatus status = TermStatus::kEstimated;
  double estimate = 0;
  double standard_error = 0;
  double lower = 0;  // of the 95 % confidence interval: t with G - 1 degrees of freedom
  double upper = 0;
  double p = 0;  // two-sided, of no slope
};

/// Ordinary least squares of one response over the pairs of all sequences. For row-centred scores
/// the terms are row-centred too, so that the slopes are those of a regression of z with a free
/// level for each query. Standard errors are the sandwich estimate clustered by sequence with
/// G / (G - 1) * (N - 1) / (N - K) (Liang & Zeger 1986; statsmodels' cov_type="cluster"). NaN for
/// fewer than two clusters. They answer for other sequences of the same vocabulary: where token
/// types differ at random, in ways that no frequency explains, p < 0.05 comes in 81 % of simulated
/// studies (tests/stats/calibration.cc), as types recur across sequences. The type-level test holds
/// its 5 %.
class PairRegression {
 public:
  /// `designs`: one a sequence, in sequence order. Terms are taken in the order of PairTerm;
  /// redundant ones are dropped.
  PairRegression(std::vector<DesignSums> designs, Response response);

  /// `scores`: of one layer and head, in the same order. Thread-safe.
  std::array<TermEstimate, kNumPairTerms> Fit(std::span<const ScoreSums> scores) const;

  /// N: pairs of all sequences.
  std::uint64_t num_pairs() const { return num_pairs_; }
  /// G: sequences with at least one pair.
  std::size_t num_clusters() const { return num_clusters_; }

 private:
  std::vector<DesignSums> designs_;
  Response response_;
  std::uint64_t num_pairs_ = 0;
  std::size_t num_clusters_ = 0;
  std::array<TermStatus, kNumPairTerms> status_{};
  std::vector<std::size_t> kept_;  // terms, ascending
  std::vector<double> inverse_;    // (X'X)^-1 of the kept terms, [kept, kept]
};

}  // namespace zipflens
