// Type-level r with permutation p-values and bootstrap intervals, many quantities at once.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "zipflens/stats/resampling.h"

namespace zipflens {

/// One correlation with what says whether to believe it; NaN where not known (fewer than three
/// points, a constant).
struct Association {
  double estimate = 0;
  double lower = 0;  // percentile bootstrap over the points
  double upper = 0;
  double p =
      0;  // two-sided, of a permuted over the points: (1 + #as extreme) / (1 + #permutations)
};

/// Pearson's and Spearman's r of each quantity with a.
struct TypeAssociations {
  std::vector<Association> pearson;   // [quantities]
  std::vector<Association> spearman;  // [quantities]; ties have their mid-rank
};

/// Mid-ranks, from 1: equal values share the mean of their ranks (scipy.stats.rankdata). No NaN.
std::vector<double> MidRanks(std::span<const double> values);

/// Relates each row of `values` [quantities, points] to `a` [points]; all finite. All quantities
/// see the same permutations and resamples. In a resample Spearman's r ranks the resampled points
/// anew, as scipy.stats.bootstrap of spearmanr does. Memory: 24 bytes for each value, the one given
/// included, and 0.8 kB a thread for each point. A quantity's result does not depend on the others.
TypeAssociations AssociateTypes(std::span<const double> a, std::size_t quantities,
                                std::vector<double> values, const ResamplingOptions& options);

/// Benjamini-Hochberg q-values of one family (Benjamini & Hochberg 1995; statsmodels' fdr_bh); NaN
/// p-values stay NaN and do not count.
std::vector<double> BenjaminiHochberg(std::span<const double> p_values);

}  // namespace zipflens
