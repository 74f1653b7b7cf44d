#include "zipflens/stats/explained_share.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"
#include "zipflens/stats/sequence_jackknife.h"

namespace zipflens {
namespace {

// The variables of the fits: three terms and the response, z.
constexpr std::array<PairTerm, 3> kTerms = {PairTerm::kQuery, PairTerm::kKey,
                                            PairTerm::kQueryByKey};
constexpr std::size_t kNumVariables = kTerms.size() + 1;
constexpr std::size_t kZ = kTerms.size();

// The sums of a set of pairs: their number, the sums of the variables, and the sums of products of
// two variables, of which the lower triangle is kept row by row.
constexpr std::size_t kNumProducts = kNumVariables * (kNumVariables + 1) / 2;
constexpr std::size_t kNumSums = 1 + kNumVariables + kNumProducts;
using Sums = std::array<double, kNumSums>;

constexpr std::size_t SumOf(std::size_t variable) { return 1 + variable; }
constexpr std::size_t ProductOf(std::size_t row, std::size_t col) {
  return 1 + kNumVariables + row * (row + 1) / 2 + col;
}

/// The sums of one sequence, of variables minus `level`.
Sums SumsOf(const DesignSums& design, const ScoreSums& scores, Response response,
            const std::array<double, kNumVariables>& level) {
  const bool centred = response == Response::kRowCentredScore;
  const TermMatrix& xx = centred ? design.centred_products : design.products;
  const TermVector& xz = centred ? scores.centred_products : scores.products;
  const double n = Real(scores.num_pairs);
  const double z = centred ? 0.0 : scores.mean - level[kZ];
  Sums sums{};
  sums[0] = n;
  std::array<double, kTerms.size()> of_term{};  // the level is not subtracted
  for (std::size_t row = 0; row < kTerms.size(); ++row) {
    const std::size_t term = Index(kTerms[row]);
    of_term[row] = centred ? 0.0 : xx[term * kNumPairTerms + Index(PairTerm::kIntercept)];
    sums[SumOf(row)] = of_term[row] - n * level[row];
    for (std::size_t col = 0; col <= row; ++col) {
      sums[ProductOf(row, col)] = xx[term * kNumPairTerms + Index(kTerms[col])] -
                                  level[row] * of_term[col] - level[col] * of_term[row] +
                                  n * level[row] * level[col];
    }
    sums[ProductOf(kZ, row)] = xz[term] + z * sums[SumOf(row)];
  }
  sums[SumOf(kZ)] = n * z;
  sums[ProductOf(kZ, kZ)] = (centred ? scores.centred_sum_squares : scores.sum_squares) + n * z * z;
  return sums;
}

/// Sums of squares and products about the means.
using Moments = std::array<std::array<double, kNumVariables>, kNumVariables>;

Moments MomentsOf(std::span<const double> sums) {
  Moments moments{};
  for (std::size_t row = 0; row < kNumVariables; ++row) {
    for (std::size_t col = 0; col <= row; ++col) {
      const double of_means = sums[SumOf(row)] * sums[SumOf(col)] / sums[0];
      moments[row][col] = moments[col][row] = sums[ProductOf(row, col)] - of_means;
    }
  }
  return moments;
}

// A term whose part that the terms before it do not explain is a smaller share of it than this
// follows from them, except for rounding.
constexpr double kSmallestPart = 1e-10;

/// R^2 of the fit on `terms`. The moments are reduced term by term to those of what the terms so
/// far leave.
double SquaredR(Moments left, std::span<const std::size_t> terms) {
  const Moments all = left;
  double explained = 0;
  for (const std::size_t term : terms) {
    const double square = left[term][term];
    if (!(square > kSmallestPart * all[term][term])) continue;
    explained += left[kZ][term] * left[kZ][term] / square;
    const Moments before = left;
    for (std::size_t row = 0; row < kNumVariables; ++row) {
      for (std::size_t col = 0; col < kNumVariables; ++col) {
        left[row][col] -= before[row][term] * before[term][col] / square;
      }
    }
  }
  return std::clamp(explained / all[kZ][kZ], 0.0, 1.0);
}

std::array<double, kNumFrequencyTerms> SharesOf(std::span<const double> sums) {
  constexpr std::array<std::size_t, 3> kAll = {0, 1, 2};
  constexpr std::size_t kKeyOnly = 1;
  std::array<double, kNumFrequencyTerms> shares{};
  shares.fill(kNoNumber);
  if (!(sums[0] > 0)) return shares;
  const Moments moments = MomentsOf(sums);
  if (!(moments[kZ][kZ] > 0) || !(moments[kKeyOnly][kKeyOnly] > 0)) return shares;
  const std::span<const std::size_t> all(kAll);
  return {SquaredR(moments, all.first(1)), SquaredR(moments, all.subspan(kKeyOnly, 1)),
          SquaredR(moments, all.first(2)), SquaredR(moments, all)};
}

/// The means of the variables over all pairs. Those of row-centred ones are 0.
std::array<double, kNumVariables> MeansOf(std::span<const DesignSums> designs,
                                          std::span<const ScoreSums> scores, Response response) {
  std::array<double, kNumVariables> means{};
  double n = 0;
  for (std::size_t s = 0; s < scores.size(); ++s) {
    const Sums sums = SumsOf(designs[s], scores[s], response, {});
    n += sums[0];
    for (std::size_t k = 0; k < kNumVariables; ++k) means[k] += sums[SumOf(k)];
  }
  for (double& mean : means) mean = n > 0 ? mean / n : 0.0;
  return means;
}

/// The interval of a share: that of its root, which is a correlation. `without_one`: the share
/// without each sequence.
Interval IntervalOf(double share, std::span<const double> without_one, double confidence) {
  std::vector<double> roots;
  for (const double of : without_one) roots.push_back(std::sqrt(of));
  const Interval root = JackknifeCorrelationInterval(std::sqrt(share), roots, confidence);
  return {std::pow(std::max(root.lower, 0.0), 2), std::pow(root.upper, 2)};
}

}  // namespace

std::string_view FrequencyTermsName(FrequencyTerms terms) {
  constexpr std::array<std::string_view, kNumFrequencyTerms> kNames = {"query", "key", "query,key",
                                                                       "query,key,query_x_key"};
  return kNames[Index(terms)];
}

std::array<ExplainedShare, kNumFrequencyTerms> ExplainedShares(std::span<const DesignSums> designs,
                                                               std::span<const ScoreSums> scores,
                                                               Response response,
                                                               double confidence) {
  ZIPFLENS_CHECK(designs.size() == scores.size());
  const std::array<double, kNumVariables> level = MeansOf(designs, scores, response);
  std::vector<Sums> by_sequence;
  Sums all{};
  for (std::size_t s = 0; s < scores.size(); ++s) {
    if (scores[s].num_pairs == 0) continue;
    by_sequence.push_back(SumsOf(designs[s], scores[s], response, level));
    for (std::size_t k = 0; k < kNumSums; ++k) all[k] += by_sequence.back()[k];
  }
  const std::array<double, kNumFrequencyTerms> estimates = SharesOf(all);
  std::array<std::vector<double>, kNumFrequencyTerms> without_one;
  for (const Sums& sequence : by_sequence) {
    Sums others = all;
    for (std::size_t k = 0; k < kNumSums; ++k) others[k] -= sequence[k];
    const std::array<double, kNumFrequencyTerms> shares = SharesOf(others);
    for (std::size_t k = 0; k < kNumFrequencyTerms; ++k) without_one[k].push_back(shares[k]);
  }
  std::array<ExplainedShare, kNumFrequencyTerms> shares;
  for (std::size_t k = 0; k < kNumFrequencyTerms; ++k) {
    shares[k] = {estimates[k], IntervalOf(estimates[k], without_one[k], confidence)};
  }
  return shares;
}

}  // namespace zipflens
