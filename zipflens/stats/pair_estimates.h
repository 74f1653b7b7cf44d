// Pair-level r and the four-way split of the scores, from the sums of each sequence.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "zipflens/stats/correlation.h"
#include "zipflens/stats/score_sums.h"

namespace zipflens {

/// Raw scores z, or z less the mean of its row (over the keys of one query): all that softmax sees.
enum class Response { kScore, kRowCentredScore };

/// "score", "row_centred_score".
std::string_view ResponseName(Response response);

/// Moments of (u, response) over the pairs of one sequence, u = a[i] + a[j]: merged in sequence
/// order they give the pair-level r of the batch.
PairMoments PairLevelMoments(const DesignSums& design, const ScoreSums& scores, Response response);

/// The parts of z = (x_i W_Q)(x_j W_K)' + (x_i W_Q) b_K' + b_Q (x_j W_K)' + b_Q b_K', over sqrt(d),
/// and the covariances that make their variances add up to that of z.
enum class SplitPart : std::size_t {
  kContent,
  kQueryOnly,
  kKeyOnly,
  kConstant,
  kContentQueryOnly,  // twice the covariance, as are the next two
  kContentKeyOnly,
  kQueryOnlyKeyOnly,
};
inline constexpr std::size_t kNumSplitParts = 7;

/// "content", "query_only", "key_only", "constant", "content,query_only", "content,key_only",
/// "query_only,key_only".
std::string_view SplitPartName(SplitPart part);

/// One part's row.
struct SplitValue {
  double mean = 0;      // over pairs; NaN for covariances
  double variance = 0;  // population variance over pairs; for covariances twice the covariance
  double share = 0;     // of Var z; NaN where z does not vary
};

/// By SplitPart. The variances add up to Var z, the shares to 1, the first four means to the mean
/// of z, all over the pairs of all sequences given (one layer and head, in sequence order).
std::array<SplitValue, kNumSplitParts> FourWaySplit(std::span<const ScoreSums> sequences);

}  // namespace zipflens
