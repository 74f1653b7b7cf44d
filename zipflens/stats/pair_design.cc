#include "zipflens/stats/pair_design.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

// Each term of a pair (i, j) is a factor of the query i times a factor of the key j. Sums of the
// key factors for each query are therefore enough for all of X'X.
enum QueryFactor { kOne, kQueryFrequency, kQueryPlace, kQuerySpecialness, kNumQueryFactors };
enum KeyFactor { kUnit, kFrequency, kPlace, kSpecialness, kApart, kEqual, kNumKeyFactors };

struct Factors {
  QueryFactor query;
  KeyFactor key;
};
constexpr std::array<Factors, kNumPairTerms> kFactors = {{
    {kOne, kUnit},
    {kQueryFrequency, kUnit},
    {kOne, kFrequency},
    {kQueryFrequency, kFrequency},
    {kOne, kApart},
    {kOne, kEqual},
    {kQueryPlace, kUnit},
    {kOne, kPlace},
    {kQuerySpecialness, kUnit},
    {kOne, kSpecialness},
}};

using KeyFactorSums = std::array<double, kNumKeyFactors>;
using KeyProducts = std::array<KeyFactorSums, kNumKeyFactors>;

// For each token i, the sums over keys k of |i - k| times each factor of k; kEqual stays 0. Along
// the sequence |i - k| is i - k up to i and k - i after it, so two running sums per factor are
// enough.
std::vector<KeyFactorSums> DistanceProducts(const std::vector<double>& positions,
                                            const std::vector<double>& frequency,
                                            const std::vector<double>& special) {
  std::vector<std::size_t> along(positions.size());
  std::iota(along.begin(), along.end(), std::size_t{0});
  std::ranges::sort(along, {}, [&](std::size_t k) { return positions[k]; });
  const auto factors_of = [&](std::size_t k) {
    return std::array<double, 4>{1.0, frequency[k], positions[k], special[k]};
  };
  std::array<double, 4> total{};
  std::array<double, 4> total_by_position{};
  double squares = 0;
  for (std::size_t k = 0; k < positions.size(); ++k) {
    const std::array<double, 4> factors = factors_of(k);
    for (std::size_t p = 0; p < 4; ++p) {
      total[p] += factors[p];
      total_by_position[p] += factors[p] * positions[k];
    }
    squares += positions[k] * positions[k];
  }
  std::vector<KeyFactorSums> products(positions.size());
  std::array<double, 4> before{};
  std::array<double, 4> before_by_position{};
  for (const std::size_t k : along) {
    const double here = positions[k];
    const std::array<double, 4> factors = factors_of(k);
    KeyFactorSums& sums = products[k];
    for (std::size_t p = 0; p < 4; ++p) {
      before[p] += factors[p];
      before_by_position[p] += factors[p] * here;
      sums[p] =
          here * (2 * before[p] - total[p]) + total_by_position[p] - 2 * before_by_position[p];
    }
    sums[kApart] = squares - 2 * here * total[kPlace] + here * here * total[kUnit];
  }
  return products;
}

}  // namespace

std::string_view PairTermName(PairTerm term) {
  constexpr std::array<std::string_view, kNumPairTerms> kNames = {
      "intercept",  "query",          "key",          "query_x_key",   "distance",
      "same_token", "query_position", "key_position", "query_special", "key_special"};
  return kNames[Index(term)];
}

PairDesign::PairDesign(std::span<const double> log_proportions,
                       std::span<const std::int32_t> token_ids,
                       std::span<const std::uint8_t> special, double batch_mean)
    : sequence_length_(log_proportions.size()) {
  ZIPFLENS_CHECK(token_ids.size() == sequence_length_);
  ZIPFLENS_CHECK(special.empty() || special.size() == sequence_length_);
  for (std::uint32_t position = 0; position < sequence_length_; ++position) {
    if (std::isfinite(log_proportions[position])) order_.push_back(position);
  }
  std::stable_sort(order_.begin(), order_.end(), [&](std::uint32_t left, std::uint32_t right) {
    if (log_proportions[left] != log_proportions[right]) {
      return log_proportions[left] < log_proportions[right];
    }
    return token_ids[left] < token_ids[right];
  });

  const std::size_t m = order_.size();
  same_begin_.resize(m);
  same_end_.resize(m);
  for (std::uint32_t begin = 0; begin < m;) {
    std::uint32_t end = begin + 1;
    while (end < m && token_ids[order_[end]] == token_ids[order_[begin]]) ++end;
    std::fill(same_begin_.begin() + begin, same_begin_.begin() + end, begin);
    std::fill(same_end_.begin() + begin, same_end_.begin() + end, end);
    begin = end;
  }
  double total = 0;
  for (const std::uint32_t position : order_) {
    frequency_.push_back(log_proportions[position] - batch_mean);
    position_.push_back(position);
    special_.push_back(!special.empty() && special[position] != 0 ? 1.0 : 0.0);
    total += frequency_.back();
  }
  sums_.num_tokens = m;
  if (m == 0) return;
  const double mean = total / Real(m);
  sums_.mean_u = 2 * (mean + batch_mean);
  for (const double a : frequency_) sums_.sum_squares_u += (a - mean) * (a - mean);
  sums_.sum_squares_u *= 2 * Real(m);
  AddProducts();
}

void PairDesign::AddProducts() {
  const std::size_t m = order_.size();
  KeyProducts keys{};  // of the factors that do not depend on the query
  for (std::size_t k = 0; k < m; ++k) {
    const std::array<double, 4> factors = {1.0, frequency_[k], position_[k], special_[k]};
    for (std::size_t p = 0; p < 4; ++p) {
      for (std::size_t q = 0; q < 4; ++q) keys[p][q] += factors[p] * factors[q];
    }
  }
  const std::vector<KeyFactorSums> apart_of = DistanceProducts(position_, frequency_, special_);
  distance_sums_.resize(m);
  for (std::size_t i = 0; i < m; ++i) {
    KeyFactorSums apart = apart_of[i];
    KeyFactorSums equal{};
    for (std::size_t k = same_begin_[i]; k < same_end_[i]; ++k) {
      equal[kUnit] += 1;
      equal[kFrequency] += frequency_[k];
      equal[kPlace] += position_[k];
      equal[kSpecialness] += special_[k];
      equal[kApart] += std::abs(position_[k] - position_[i]);
    }
    equal[kEqual] = equal[kUnit];
    apart[kEqual] = equal[kApart];
    distance_sums_[i] = apart[kUnit];
    for (std::size_t p = 0; p < kNumKeyFactors; ++p) {
      keys[kApart][p] = keys[p][kApart] = apart[p];
      keys[kEqual][p] = keys[p][kEqual] = equal[p];
    }

    const std::array<double, kNumQueryFactors> query = {1.0, frequency_[i], position_[i],
                                                        special_[i]};
    for (std::size_t row = 0; row < kNumPairTerms; ++row) {
      for (std::size_t col = 0; col <= row; ++col) {
        const Factors left = kFactors[row];
        const Factors right = kFactors[col];
        const double scale = query[left.query] * query[right.query];
        const double product = keys[left.key][right.key];
        const double of_means = keys[left.key][kUnit] * keys[right.key][kUnit] / Real(m);
        const std::size_t cell = row * kNumPairTerms + col;
        sums_.products[cell] += scale * product;
        // A factor that is the same for all keys is exactly 0 after row-centring; rounding must not
        // leave anything.
        if (left.key != kUnit && right.key != kUnit) {
          sums_.centred_products[cell] += scale * (product - of_means);
        }
      }
    }
  }
  for (std::size_t row = 0; row < kNumPairTerms; ++row) {
    for (std::size_t col = 0; col < row; ++col) {
      for (TermMatrix* matrix : {&sums_.products, &sums_.centred_products}) {
        (*matrix)[col * kNumPairTerms + row] = (*matrix)[row * kNumPairTerms + col];
      }
    }
  }
}

}  // namespace zipflens
