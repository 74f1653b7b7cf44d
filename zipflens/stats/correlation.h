// Pearson's r, and the moments from which it is computed, which can be merged.
#pragma once

#include <cstdint>
#include <span>

namespace zipflens {

/// The number, means and centred second moments of points (x, y). They determine Pearson's r, and
/// the moments of two parts can be merged into those of the whole (Chan, Golub & LeVeque 1983).
/// Merging in a fixed order gives the same bytes each time.
struct PairMoments {
  std::uint64_t n = 0;
  double mean_x = 0;
  double mean_y = 0;
  double sum_xx = 0;  // Sigma (x - mean_x)^2
  double sum_yy = 0;  // Sigma (y - mean_y)^2
  double sum_xy = 0;  // Sigma (x - mean_x) (y - mean_y)

  /// Moments of the points whose two values are finite, computed in two passes.
  static PairMoments Of(std::span<const double> x, std::span<const double> y);

  /// Adds the moments of another part of the data.
  void Merge(const PairMoments& other);

  /// Pearson's r, clipped to [-1, 1] as in numpy.corrcoef. NaN for fewer than two points, or if x
  /// or y does not vary.
  double Correlation() const;
};

/// Pearson's r over the points whose two values are finite.
double PearsonCorrelation(std::span<const double> x, std::span<const double> y);

}  // namespace zipflens
