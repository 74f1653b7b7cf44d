// Products of a matrix with many resamples, in double, for permutation tests and bootstraps.
#pragma once

#include <cstddef>
#include <span>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// Number of columns of a panel.
inline constexpr std::size_t kResamplePanelWidth = 16;

/// A matrix [points, columns], stored as panels of kResamplePanelWidth columns so that a product
/// reads memory in order. Element (k, c) is in panel c / kResamplePanelWidth, row k, column c %
/// kResamplePanelWidth. All elements are zero at first.
class ResamplePanels {
 public:
  ResamplePanels(std::size_t points, std::size_t columns);

  double& operator()(std::size_t point, std::size_t column) {
    return cells_[((column / kResamplePanelWidth) * points_ + point) * kResamplePanelWidth +
                  column % kResamplePanelWidth];
  }
  double operator()(std::size_t point, std::size_t column) const {
    return cells_[((column / kResamplePanelWidth) * points_ + point) * kResamplePanelWidth +
                  column % kResamplePanelWidth];
  }
  void SetZero();
  std::size_t points() const { return points_; }
  /// The number of columns, rounded up to a multiple of kResamplePanelWidth. The added columns are
  /// zero.
  std::size_t padded_columns() const { return num_panels_ * kResamplePanelWidth; }
  /// Panel number `panel`: the kResamplePanelWidth columns from panel * kResamplePanelWidth on,
  /// [points, kResamplePanelWidth].
  double* Panel(std::size_t panel) { return cells_.data() + panel * points_ * kResamplePanelWidth; }
  const double* Panel(std::size_t panel) const {
    return cells_.data() + panel * points_ * kResamplePanelWidth;
  }

 private:
  std::size_t points_;
  std::size_t num_panels_;
  AlignedBuffer<double> cells_;
};

/// product = matrix * resamples. matrix: [rows, points]; product: [rows, padded_columns]. The same
/// instruction set gives the same bytes. Thread-safe.
void ResampleProductInto(MatrixView<const double> matrix, const ResamplePanels& resamples,
                         MatrixView<double> product);

/// The plain loop that the kernel is tested against.
namespace reference {
void ResampleProductInto(MatrixView<const double> matrix, const ResamplePanels& resamples,
                         MatrixView<double> product);
}  // namespace reference

}  // namespace zipflens
