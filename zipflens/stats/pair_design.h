// PairDesign: the explanatory variables of a regression of one sequence's scores, without a matrix
// of pairs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace zipflens {

/// The terms that explain the score of one pair (query i, key j). Here a is the log-proportion
/// minus its batch mean.
enum class PairTerm : std::size_t {
  kIntercept,      // 1
  kQuery,          // a[i]
  kKey,            // a[j]
  kQueryByKey,     // a[i] a[j]
  kDistance,       // |i - j|, in tokens
  kSameToken,      // 1 if both have the same token id (i = j included), else 0
  kQueryPosition,  // i
  kKeyPosition,    // j
  kQuerySpecial,   // 1 if i is a special token, else 0
  kKeySpecial,     // 1 if j is a special token, else 0
};
inline constexpr std::size_t kNumPairTerms = 10;

/// "intercept", "query", "key", "query_x_key", "distance", "same_token", "query_position",
/// "key_position", "query_special", "key_special".
std::string_view PairTermName(PairTerm term);

/// One number per term, indexed by PairTerm.
using TermVector = std::array<double, kNumPairTerms>;
/// One number per pair of terms, row-major and symmetric.
using TermMatrix = std::array<double, kNumPairTerms * kNumPairTerms>;

/// Sums over the pairs of one sequence of X, the matrix [pairs, terms] of explanatory variables.
/// They are the same for all layers and heads. Row-centred X is X minus its mean over the keys of
/// each query.
struct DesignSums {
  std::uint64_t num_tokens = 0;   // m, which take part; m^2 pairs
  double mean_u = 0;              // of u = a[i] + a[j]; the batch mean is not subtracted
  double sum_squares_u = 0;       // Sigma (u - mean_u)^2
  TermMatrix products{};          // X'X
  TermMatrix centred_products{};  // the same of row-centred X
};

/// The tokens of one sequence that take part in pair statistics, and their DesignSums.
class PairDesign {
 public:
  /// `log_proportions`: a, [S]; a token whose a is NaN is left out with all of its pairs.
  /// `special`: [S], nonzero for a special token, or empty if there are none. `batch_mean`: the
  /// batch mean of a over the tokens that take part, the same for all sequences of the batch. Cost:
  /// O(S^2).
  PairDesign(std::span<const double> log_proportions, std::span<const std::int32_t> token_ids,
             std::span<const std::uint8_t> special, double batch_mean);

  /// S, counting the tokens that are left out.
  std::size_t sequence_length() const { return sequence_length_; }
  const DesignSums& sums() const { return sums_; }

  /// Positions of the tokens that take part, [m], ordered by log-proportion, then by token id, then
  /// by position. Equal tokens are therefore neighbours, and the runs of PairBins hold in this
  /// order too. All arrays below are [m] in this order.
  const std::vector<std::uint32_t>& order() const { return order_; }
  /// a minus the batch mean.
  const std::vector<double>& frequency() const { return frequency_; }
  const std::vector<double>& position() const { return position_; }
  /// 1 for a special token, else 0.
  const std::vector<double>& special() const { return special_; }
  /// The tokens with the same id as token i, as indices into these arrays: from same_begin()[i] to
  /// the exclusive end same_end()[i].
  const std::vector<std::uint32_t>& same_begin() const { return same_begin_; }
  const std::vector<std::uint32_t>& same_end() const { return same_end_; }
  /// Sum of |i - j| over the keys j that take part.
  const std::vector<double>& distance_sums() const { return distance_sums_; }

 private:
  void AddProducts();

  std::size_t sequence_length_;
  std::vector<std::uint32_t> order_;
  std::vector<double> frequency_;
  std::vector<double> position_;
  std::vector<double> special_;
  std::vector<std::uint32_t> same_begin_;
  std::vector<std::uint32_t> same_end_;
  std::vector<double> distance_sums_;
  DesignSums sums_;
};

}  // namespace zipflens
