// Partial correlations with a permutation test, for many quantities at once.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "zipflens/base/matrix_view.h"
#include "zipflens/stats/resampling.h"

namespace zipflens {

/// Values that are not known are NaN.
struct PartialAssociation {
  double estimate = 0;  // r of the residuals of a and of the quantity on the covariates
  double raw = 0;       // r without the covariates
  double p = 0;         // two-sided: (1 + number as extreme) / (1 + permutations)
};

/// The partial r of each row of `values` [quantities, points] with `a` [points], given an intercept
/// and `covariates` [covariates, points]; covariates that follow from those before them do not
/// count. All numbers must be finite. The p permutes the residuals of the quantity on the
/// covariates, adds them to the fit, and computes the partial r anew (Freedman & Lane 1983). r and
/// p are NaN if fewer than three points more than covariates are left, or if a or the quantity does
/// not vary beyond the covariates. Memory: one copy of `values` and, per thread and point, 1.3 kB.
std::vector<PartialAssociation> PartialAssociations(std::span<const double> a,
                                                    MatrixView<const double> covariates,
                                                    MatrixView<const double> values,
                                                    const ResamplingOptions& options);

}  // namespace zipflens
