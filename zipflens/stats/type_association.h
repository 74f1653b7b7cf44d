// Correlations over token types, with permutation p-values and bootstrap intervals, for many
// quantities at once.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "zipflens/stats/resampling.h"

namespace zipflens {

/// One correlation with its interval and p-value. Values that are not known are NaN: there are
/// fewer than three points, or a constant.
struct Association {
  double estimate = 0;
  double lower = 0;  // percentile bootstrap over the points
  double upper = 0;
  // Two-sided, by permuting a over the points: (1 + number as extreme) / (1 + permutations).
  double p = 0;
};

/// Pearson's and Spearman's r of each quantity with a.
struct TypeAssociations {
  std::vector<Association> pearson;   // [quantities]
  std::vector<Association> spearman;  // [quantities]; equal values share their mid-rank
};

/// Ranks from 1, where equal values share the mean of their ranks (scipy.stats.rankdata). No value
/// may be NaN.
std::vector<double> MidRanks(std::span<const double> values);

/// Correlates each row of `values` [quantities, points] with `a` [points]; all numbers must be
/// finite. All quantities use the same permutations and resamples. In each resample Spearman's r
/// ranks the resampled points anew, as scipy.stats.bootstrap of spearmanr does. A quantity's result
/// does not depend on the others. Memory: 24 bytes per value, the argument included, and 0.8 kB per
/// thread and point.
TypeAssociations AssociateTypes(std::span<const double> a, std::size_t quantities,
                                std::vector<double> values, const ResamplingOptions& options);

/// Benjamini-Hochberg q-values of one family of tests (Benjamini & Hochberg 1995; statsmodels'
/// fdr_bh). NaN p-values stay NaN and are not counted.
std::vector<double> BenjaminiHochberg(std::span<const double> p_values);

}  // namespace zipflens
