// PairDesign: what a regression of a sequence's scores explains them by, without a matrix of pairs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace zipflens {

/// What one pair (query i, key j) is described by. a: log-proportion less the batch's mean of a.
enum class PairTerm : std::size_t {
  kIntercept,      // 1
  kQuery,          // a[i]
  kKey,            // a[j]
  kQueryByKey,     // a[i] a[j]
  kDistance,       // |i - j|, in tokens
  kSameToken,      // 1 where both are the same token (a token with itself too), else 0
  kQueryPosition,  // i
  kKeyPosition,    // j
  kQuerySpecial,   // 1 where i is a special token
  kKeySpecial,     // 1 where j is a special token
};
inline constexpr std::size_t kNumPairTerms = 10;

/// "intercept", "query", "key", "query_x_key", "distance", "same_token", "query_position",
/// "key_position", "query_special", "key_special".
std::string_view PairTermName(PairTerm term);

/// One number a term, by PairTerm.
using TermVector = std::array<double, kNumPairTerms>;
/// One number a pair of terms, row-major and symmetric.
using TermMatrix = std::array<double, kNumPairTerms * kNumPairTerms>;

/// What a sequence's pairs leave behind of X, the matrix [pairs, terms]: the same for all layers
/// and heads.
struct DesignSums {
  std::uint64_t num_tokens = 0;   // m, those that take part; m^2 pairs
  double mean_u = 0;              // of a[i] + a[j], over pairs, uncentred
  double sum_squares_u = 0;       // Sigma (u - mean_u)^2
  TermMatrix products{};          // X'X
  TermMatrix centred_products{};  // the same of X less its mean over the keys of a query
};

/// The tokens of one sequence that take part in pair statistics, and their DesignSums.
class PairDesign {
 public:
  /// `log_proportions`: a, [S]; a token whose a is NaN is left out with all its pairs. `special`:
  /// [S], not 0 for a special token; empty: there is none. `centre`: the batch's mean of a over the
  /// tokens that take part, the same for all of its sequences. Cost: O(S^2).
  PairDesign(std::span<const double> log_proportions, std::span<const std::int32_t> token_ids,
             std::span<const std::uint8_t> special, double centre);

  /// S, the tokens left out included.
  std::size_t sequence_length() const { return sequence_length_; }
  const DesignSums& sums() const { return sums_; }

  /// Positions of the tokens that take part, [m]: by log-proportion, then by token, then by
  /// position, so that equal tokens are neighbours and PairBins' runs hold in this order too. All
  /// arrays below are [m] in this order.
  const std::vector<std::uint32_t>& order() const { return order_; }
  /// a less the centre.
  const std::vector<double>& frequency() const { return frequency_; }
  const std::vector<double>& position() const { return position_; }
  /// 1 for a special token, else 0.
  const std::vector<double>& special() const { return special_; }
  /// Equal tokens: from same_begin to before same_end.
  const std::vector<std::uint32_t>& same_begin() const { return same_begin_; }
  const std::vector<std::uint32_t>& same_end() const { return same_end_; }
  /// Sum over keys of |i - j|.
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
