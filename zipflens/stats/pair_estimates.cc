#include "zipflens/stats/pair_estimates.h"

#include <cstdint>

#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

double Of(const TermVector& terms, PairTerm term) { return terms[Index(term)]; }

// Means and centred second moments of (z, query-only part, key-only part), which can be merged like
// PairMoments.
struct PartMoments {
  static constexpr std::size_t kSize = 3;
  double n = 0;
  std::array<double, kSize> mean{};
  std::array<std::array<double, kSize>, kSize> products{};

  explicit PartMoments(const ScoreSums& sums)
      : n(Real(sums.num_pairs)),
        mean{sums.mean, sums.query_only_mean, sums.key_only_mean},
        // Over all pairs of one sequence, a function of the query and a function of the key are
        // uncorrelated.
        products{{{sums.sum_squares, sums.query_only_products, sums.key_only_products},
                  {sums.query_only_products, sums.query_only_sum_squares, 0.0},
                  {sums.key_only_products, 0.0, sums.key_only_sum_squares}}} {}

  void Merge(const PartMoments& other) {
    if (other.n == 0) return;
    if (n == 0) {
      *this = other;
      return;
    }
    const double n_both = n + other.n;
    std::array<double, kSize> apart{};
    for (std::size_t p = 0; p < kSize; ++p) apart[p] = other.mean[p] - mean[p];
    for (std::size_t p = 0; p < kSize; ++p) {
      for (std::size_t q = 0; q < kSize; ++q) {
        products[p][q] += other.products[p][q] + apart[p] * apart[q] * (n * other.n / n_both);
      }
      mean[p] += apart[p] * other.n / n_both;
    }
    n = n_both;
  }
};

}  // namespace

std::string_view ResponseName(Response response) {
  return response == Response::kScore ? "score" : "row_centred_score";
}

PairMoments PairLevelMoments(const DesignSums& design, const ScoreSums& scores, Response response) {
  PairMoments moments;
  moments.n = scores.num_pairs;
  if (response == Response::kRowCentredScore) {
    // Both have a mean of 0 in every row.
    const std::size_t key = Index(PairTerm::kKey);
    moments.sum_xx = design.centred_products[key * kNumPairTerms + key];
    moments.sum_yy = scores.centred_sum_squares;
    moments.sum_xy = scores.centred_products[key];
    return moments;
  }
  moments.mean_x = design.mean_u;
  moments.mean_y = scores.mean;
  moments.sum_xx = design.sum_squares_u;
  moments.sum_yy = scores.sum_squares;
  moments.sum_xy = Of(scores.products, PairTerm::kQuery) + Of(scores.products, PairTerm::kKey);
  return moments;
}

std::string_view SplitPartName(SplitPart part) {
  constexpr std::array<std::string_view, kNumSplitParts> kNames = {
      "content",          "query_only",         "key_only", "constant", "content,query_only",
      "content,key_only", "query_only,key_only"};
  return kNames[Index(part)];
}

std::array<SplitValue, kNumSplitParts> FourWaySplit(std::span<const ScoreSums> sequences) {
  PartMoments total{ScoreSums()};
  double constant = 0;
  for (const ScoreSums& sums : sequences) {
    if (sums.num_pairs > 0) constant = sums.constant;
    total.Merge(PartMoments(sums));
  }
  // The second moments of content = z - query-only - key-only - constant follow from those of the
  // others.
  const double zz = total.products[0][0];
  const double zq = total.products[0][1];
  const double zk = total.products[0][2];
  const double qq = total.products[1][1];
  const double qk = total.products[1][2];
  const double kk = total.products[2][2];
  const double content = zz + qq + kk - 2 * zq - 2 * zk + 2 * qk;

  std::array<SplitValue, kNumSplitParts> values;
  const auto set = [&](SplitPart part, double mean, double sum_squares) {
    const bool none = total.n == 0;
    values[Index(part)] = {none ? kNoNumber : mean, none ? kNoNumber : sum_squares / total.n,
                           zz > 0 ? sum_squares / zz : kNoNumber};
  };
  set(SplitPart::kContent, total.mean[0] - total.mean[1] - total.mean[2] - constant, content);
  set(SplitPart::kQueryOnly, total.mean[1], qq);
  set(SplitPart::kKeyOnly, total.mean[2], kk);
  set(SplitPart::kConstant, constant, 0.0);
  set(SplitPart::kContentQueryOnly, kNoNumber, 2 * (zq - qq - qk));
  set(SplitPart::kContentKeyOnly, kNoNumber, 2 * (zk - kk - qk));
  set(SplitPart::kQueryOnlyKeyOnly, kNoNumber, 2 * qk);
  return values;
}

}  // namespace zipflens
