// Products of a matrix with many resamples, in double, for permutation tests and bootstraps.
#pragma once

#include <cstddef>
#include <span>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// Number of columns of a panel.
inline constexpr std::size_t kStripWidth = 16;

/// A matrix [points, columns], stored as panels of kStripWidth columns so that a product reads
/// memory in order. Element (k, c) is in panel c / kStripWidth, row k, column c % kStripWidth. All
/// elements are zero at first.
class ResampleStrips {
 public:
  ResampleStrips(std::size_t points, std::size_t columns);

  double& operator()(std::size_t point, std::size_t column) {
    return cells_[((column / kStripWidth) * points_ + point) * kStripWidth + column % kStripWidth];
  }
  double operator()(std::size_t point, std::size_t column) const {
    return cells_[((column / kStripWidth) * points_ + point) * kStripWidth + column % kStripWidth];
  }
  void SetZero();
  std::size_t points() const { return points_; }
  /// The number of columns, rounded up to a multiple of kStripWidth. The added columns are zero.
  std::size_t padded_columns() const { return num_strips_ * kStripWidth; }
  /// Panel number `strip`: the kStripWidth columns from strip * kStripWidth on, [points,
  /// kStripWidth].
  double* Strip(std::size_t strip) { return cells_.data() + strip * points_ * kStripWidth; }
  const double* Strip(std::size_t strip) const {
    return cells_.data() + strip * points_ * kStripWidth;
  }

 private:
  std::size_t points_;
  std::size_t num_strips_;
  AlignedBuffer<double> cells_;
};

/// product = matrix * resamples. matrix: [rows, points]; product: [rows, padded_columns]. The same
/// instruction set gives the same bytes. Thread-safe.
void ResampleProductInto(MatrixView<const double> matrix, const ResampleStrips& resamples,
                         MatrixView<double> product);

/// The plain loop that the kernel is tested against.
namespace reference {
void ResampleProductInto(MatrixView<const double> matrix, const ResampleStrips& resamples,
                         MatrixView<double> product);
}  // namespace reference

}  // namespace zipflens
