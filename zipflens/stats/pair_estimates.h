// The pair-level r and the four-way split of the scores, computed from the sums of each sequence.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "zipflens/stats/correlation.h"
#include "zipflens/stats/score_sums.h"

namespace zipflens {

/// The dependent variable: the scores z, or z minus the mean of its row (over the keys of one
/// query), which is all that softmax sees.
enum class Response { kScore, kRowCentredScore };

/// "score", "row_centred_score".
std::string_view ResponseName(Response response);

/// Moments of the points (x, response) over the pairs of one sequence. For scores x is u = a[i] +
/// a[j]. For row-centred scores it is row-centred u, which is a[j] minus its mean over the keys.
/// Merged in sequence order they give the pair-level r of the batch.
PairMoments PairLevelMoments(const DesignSums& design, const ScoreSums& scores, Response response);

/// The parts of z = ((x_i W_Q)(x_j W_K)' + (x_i W_Q) b_K' + b_Q (x_j W_K)' + b_Q b_K') / sqrt(d),
/// in this order, and twice their covariances, with which the variances add up to that of z.
enum class SplitPart : std::size_t {
  kContent,
  kQueryOnly,
  kKeyOnly,
  kConstant,
  kContentQueryOnly,  // twice the covariance of the two; so are the next two
  kContentKeyOnly,
  kQueryOnlyKeyOnly,
};
inline constexpr std::size_t kNumSplitParts = 7;

/// "content", "query_only", "key_only", "constant", "content,query_only", "content,key_only",
/// "query_only,key_only".
std::string_view SplitPartName(SplitPart part);

/// The numbers of one part.
struct SplitValue {
  double mean = 0;      // over pairs; NaN for covariances
  double variance = 0;  // population variance over pairs; for covariances twice the covariance
  double share = 0;     // variance / Var z; NaN if z does not vary
};

/// The split of one layer and head over the pairs of all sequences given, which are in sequence
/// order. Indexed by SplitPart. The variances add up to Var z, the shares to 1, and the first four
/// means to the mean of z.
std::array<SplitValue, kNumSplitParts> FourWaySplit(std::span<const ScoreSums> sequences);

}  // namespace zipflens
