#include "zipflens/stats/pair_regression.h"

#include <Eigen/Dense>
#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

using TermsMatrix = Eigen::Matrix<double, kNumPairTerms, kNumPairTerms, Eigen::RowMajor>;

const TermMatrix& Products(const DesignSums& design, Response response) {
  return response == Response::kScore ? design.products : design.centred_products;
}

// Chooses terms in order: a term is kept if the part of it that the kept terms do not explain is
// more than rounding. `products`: X'X of the response's terms. `raw`: X'X of the terms that are not
// row-centred, which sets the scale.
std::vector<std::size_t> IndependentTerms(const TermsMatrix& products, const TermsMatrix& raw) {
  // The limit, as a share of the term's own sum of squares. For comparison, the intercept leaves
  // 0.25 of a position's.
  constexpr double kTolerance = 1e-10;
  TermsMatrix left = products;
  std::vector<std::size_t> kept;
  for (Eigen::Index term = 0; term < left.rows(); ++term) {
    if (!(left(term, term) > kTolerance * raw(term, term))) continue;
    kept.push_back(term);
    const TermsMatrix reduced = left - left.col(term) * left.row(term) / left(term, term);
    left = reduced;
  }
  return kept;
}

// The rows and columns of a matrix that belong to kept terms, times a vector.
Eigen::VectorXd Times(const TermMatrix& matrix, const std::vector<std::size_t>& kept,
                      const Eigen::VectorXd& vector) {
  Eigen::VectorXd product = Eigen::VectorXd::Zero(vector.size());
  for (Eigen::Index row = 0; row < vector.size(); ++row) {
    for (Eigen::Index col = 0; col < vector.size(); ++col) {
      product(row) += matrix[kept[row] * kNumPairTerms + kept[col]] * vector(col);
    }
  }
  return product;
}

}  // namespace

PairRegression::PairRegression(std::vector<DesignSums> designs, Response response)
    : designs_(std::move(designs)), response_(response) {
  TermsMatrix total = TermsMatrix::Zero();
  TermsMatrix raw = TermsMatrix::Zero();
  for (const DesignSums& design : designs_) {
    total += Eigen::Map<const TermsMatrix>(Products(design, response_).data());
    raw += Eigen::Map<const TermsMatrix>(design.products.data());
    num_pairs_ += design.num_tokens * design.num_tokens;
    num_clusters_ += design.num_tokens > 0 ? 1 : 0;
  }
  status_.fill(TermStatus::kRedundant);
  if (response_ == Response::kRowCentredScore) {
    for (const PairTerm term : {PairTerm::kIntercept, PairTerm::kQuery, PairTerm::kQueryPosition,
                                PairTerm::kQuerySpecial}) {
      status_[Index(term)] = TermStatus::kRemovedByCentring;
    }
  }
  kept_ = IndependentTerms(total, raw);
  for (const std::size_t term : kept_) status_[term] = TermStatus::kEstimated;

  // X'X is scaled to a unit diagonal, because positions are in the hundreds and indicators are 0 or
  // 1.
  const Eigen::Index size = kept_.size();
  Eigen::MatrixXd scaled(size, size);
  Eigen::VectorXd scale(size);
  const auto at = [&](Eigen::Index idx) { return kept_[idx]; };
  for (Eigen::Index row = 0; row < size; ++row) {
    scale(row) = 1.0 / std::sqrt(total(at(row), at(row)));
  }
  for (Eigen::Index row = 0; row < size; ++row) {
    for (Eigen::Index col = 0; col < size; ++col) {
      scaled(row, col) = total(at(row), at(col)) * scale(row) * scale(col);
    }
  }
  const Eigen::MatrixXd inverse = scale.asDiagonal() *
                                  scaled.llt().solve(Eigen::MatrixXd::Identity(size, size)) *
                                  scale.asDiagonal();
  inverse_.assign(inverse.data(), inverse.data() + inverse.size());
}

std::array<TermEstimate, kNumPairTerms> PairRegression::Fit(
    std::span<const ScoreSums> scores) const {
  ZIPFLENS_CHECK(scores.size() == designs_.size());
  const Eigen::Index size = kept_.size();
  const bool centred = response_ == Response::kRowCentredScore;
  const Eigen::Map<const Eigen::MatrixXd> inverse(inverse_.data(), size, size);

  // The overall mean is subtracted from the response, for accuracy, and added to the intercept at
  // the end.
  double level = 0;
  for (const ScoreSums& sums : scores) {
    if (!centred) {
      level += Real(sums.num_pairs) / Real(num_pairs_) * sums.mean;
    }
  }
  std::vector<Eigen::VectorXd> products;  // X_g' z_g
  Eigen::VectorXd total = Eigen::VectorXd::Zero(size);
  for (std::size_t g = 0; g < scores.size(); ++g) {
    ZIPFLENS_CHECK(scores[g].num_pairs == designs_[g].num_tokens * designs_[g].num_tokens);
    Eigen::VectorXd cluster(size);
    for (Eigen::Index idx = 0; idx < size; ++idx) {
      const std::size_t term = kept_[idx];
      // The intercept's column of X'X holds the sums of the terms.
      cluster(idx) =
          centred ? scores[g].centred_products[term]
                  : scores[g].products[term] +
                        (scores[g].mean - level) * designs_[g].products[term * kNumPairTerms];
    }
    total += cluster;
    products.push_back(std::move(cluster));
  }
  const Eigen::VectorXd slopes = inverse * total;

  Eigen::MatrixXd meat = Eigen::MatrixXd::Zero(size, size);
  for (std::size_t g = 0; g < scores.size(); ++g) {
    const Eigen::VectorXd residual =  // X_g' (z_g - X_g slopes)
        products[g] - Times(Products(designs_[g], response_), kept_, slopes);
    meat += residual * residual.transpose();
  }
  const auto clusters = Real(num_clusters_);
  const double n = Real(num_pairs_);
  const double correction = clusters / (clusters - 1) * ((n - 1) / (n - Real(kept_.size())));
  const Eigen::MatrixXd covariance = inverse * meat * inverse * correction;
  const bool has_errors = num_clusters_ >= 2 && num_pairs_ > kept_.size();

  std::array<TermEstimate, kNumPairTerms> estimates;
  for (std::size_t term = 0; term < kNumPairTerms; ++term) {
    estimates[term].term = EnumAt<PairTerm>(term);
    estimates[term].status = status_[term];
  }
  for (Eigen::Index idx = 0; idx < size; ++idx) {
    TermEstimate& estimate = estimates[kept_[idx]];
    estimate.estimate = slopes(idx);
    if (estimate.term == PairTerm::kIntercept) estimate.estimate += level;
    if (!has_errors) continue;
    const boost::math::students_t t_distribution(clusters - 1);
    const double error = std::sqrt(std::max(0.0, covariance(idx, idx)));
    const double reach = boost::math::quantile(t_distribution, 0.975) * error;
    estimate.standard_error = error;
    estimate.lower = estimate.estimate - reach;
    estimate.upper = estimate.estimate + reach;
    if (error > 0) {
      estimate.p = 2 * boost::math::cdf(boost::math::complement(
                           t_distribution, std::abs(estimate.estimate) / error));
    }
  }
  return estimates;
}

}  // namespace zipflens
