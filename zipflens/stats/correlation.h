// Pearson correlation, whole and in mergeable parts.
#pragma once

#include <cstdint>
#include <span>

namespace zipflens {

/// Counts, means and centred second moments of pairs (x, y): enough for Pearson's r, and mergeable.
/// Merging in a fixed order gives the same bytes each time (Chan, Golub & LeVeque 1983).
struct PairMoments {
  std::uint64_t n = 0;
  double mean_x = 0;
  double mean_y = 0;
  double sum_xx = 0;  // of (x - mean_x)^2
  double sum_yy = 0;
  double sum_xy = 0;

  /// Moments of the pairs in which both values are finite, by two passes.
  static PairMoments Of(std::span<const double> x, std::span<const double> y);

  /// Adds another part.
  void Merge(const PairMoments& other);

  /// Pearson's r; NaN for fewer than two pairs or where x or y does not vary. Clipped to [-1, 1] as
  /// numpy.corrcoef does.
  double Correlation() const;
};

/// Pearson's r over the pairs in which both values are finite.
double PearsonCorrelation(std::span<const double> x, std::span<const double> y);

}  // namespace zipflens
