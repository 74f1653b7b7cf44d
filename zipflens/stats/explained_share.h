// The share of the variance of scores over pairs that token frequency explains, in the sense of R^2
// of nested least-squares fits, computed from the sums of each sequence.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "zipflens/stats/pair_estimates.h"
#include "zipflens/stats/quantiles.h"

namespace zipflens {

/// The terms of a fit beside its intercept. For row-centred scores the terms are row-centred too,
/// so that a[i] is 0 there.
enum class FrequencyTerms : std::size_t {
  kQuery,        // a[i]
  kKey,          // a[j]
  kQueryKey,     // both
  kWithProduct,  // both, and a[i] a[j]
};
inline constexpr std::size_t kNumFrequencyTerms = 4;

/// "query", "key", "query,key", "query,key,query_x_key".
std::string_view FrequencyTermsName(FrequencyTerms terms);

/// R^2 = 1 - residual sum of squares / sum of squares of a fit over all pairs of all sequences.
struct ExplainedShare {
  double estimate = 0;  // 0 to 1; NaN if the scores or the a[j] do not vary
  Interval interval;    // over sequences; NaN for fewer than eight
};

/// R^2 of the fits of `response`, indexed by FrequencyTerms. `designs` and `scores`: of the same
/// sequences, in sequence order. A term that follows from those before it adds nothing. The
/// interval is the delete-one jackknife's with Student's t, of Fisher's z = atanh(R), transformed
/// back; its ends are not below 0.
std::array<ExplainedShare, kNumFrequencyTerms> ExplainedShares(std::span<const DesignSums> designs,
                                                               std::span<const ScoreSums> scores,
                                                               Response response,
                                                               double confidence);

}  // namespace zipflens
