#include "zipflens/stats/partial_association.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"
#include "zipflens/kernels/statistics/counter_random.h"
#include "zipflens/kernels/statistics/resample_products.h"
#include "zipflens/stats/correlation.h"

namespace zipflens {
namespace {

double Dot(std::span<const double> x, std::span<const double> y) {
  return std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
}

/// An orthonormal basis of the intercept and the covariates. The intercept comes first.
class Basis {
 public:
  explicit Basis(MatrixView<const double> covariates)
      : vectors_(1, std::vector<double>(covariates.cols,
                                        1 / std::sqrt(static_cast<double>(covariates.cols)))) {
    for (std::size_t row = 0; row < covariates.rows; ++row) {
      std::vector<double> vector(covariates.Row(row), covariates.Row(row) + covariates.cols);
      if (Remove(vector)) vectors_.push_back(std::move(vector));
    }
  }

  std::size_t size() const { return vectors_.size(); }
  const std::vector<double>& vector(std::size_t idx) const { return vectors_[idx]; }

  /// Projects a vector off the basis and scales it to unit length. Returns false if only rounding
  /// errors are left.
  bool Remove(std::vector<double>& vector) const {
    const double before = Dot(vector, vector);
    // The second pass removes what rounding leaves after the first.
    for (int pass = 0; pass < 2; ++pass) {
      for (const std::vector<double>& direction : vectors_) {
        const double share = Dot(vector, direction);
        for (std::size_t k = 0; k < vector.size(); ++k) vector[k] -= share * direction[k];
      }
    }
    const double after = Dot(vector, vector);
    if (!(after > 1e-20 * before)) return false;
    for (double& value : vector) value /= std::sqrt(after);
    return true;
  }

 private:
  std::vector<std::vector<double>> vectors_;
};

/// The residuals of the quantities, each of unit length; zeros for a quantity without variation.
struct Residuals {
  std::vector<double> a;      // [points]
  std::vector<double> cells;  // [quantities, points]
  std::vector<double> r;      // [quantities]; NaN if it is not defined

  Residuals(std::span<const double> a_in, const Basis& basis, MatrixView<const double> values)
      : a(a_in.begin(), a_in.end()), r(values.rows, kNoNumber) {
    const bool varies = basis.Remove(a) && a.size() >= basis.size() + 3;
    cells.reserve(values.rows * values.cols);
    for (std::size_t row = 0; row < values.rows; ++row) {
      std::vector<double> residual(values.Row(row), values.Row(row) + values.cols);
      if (varies && basis.Remove(residual)) {
        r[row] = std::clamp(Dot(a, residual), -1.0, 1.0);
      } else {
        residual.assign(residual.size(), 0.0);
      }
      cells.insert(cells.end(), residual.begin(), residual.end());
    }
  }
};

/// Counts the permutations whose partial r is as extreme. The residuals of permuted residuals on
/// the covariates need only their products with a's residuals and with the basis. Permuting these
/// instead of the quantities is the same test.
class PermutationCounter {
 public:
  PermutationCounter(const Residuals& residuals, const Basis& basis)
      : residuals_(residuals),
        basis_(basis),
        orders_(kResampleBlock * residuals.a.size()),
        permuted_(residuals.a.size(), kResampleBlock * basis.size()),
        products_(residuals.r.size() * permuted_.padded_columns()),
        extreme_(residuals.r.size(), 0) {}

  const std::vector<std::size_t>& extreme() const { return extreme_; }

  void Run(std::uint64_t seed, std::size_t first, std::size_t count) {
    const std::size_t points = residuals_.a.size();
    for (std::size_t idx = 0; idx < count; ++idx) {
      const auto order = std::span(orders_).subspan(idx * points, points);
      std::iota(order.begin(), order.end(), 0U);
      CounterRandom random(seed, RandomPurpose::kTypePermutation, first + idx);
      ShuffleInPlace(order, random);
    }
    // The intercept is left out: permuted residuals still sum to zero.
    for (std::size_t k = 0; k < basis_.size(); ++k) {
      Permute(k == 0 ? residuals_.a : basis_.vector(k), k);
    }
    ResampleProductInto({residuals_.cells.data(), residuals_.r.size(), points}, permuted_,
                        {products_.data(), residuals_.r.size(), permuted_.padded_columns()});
    for (std::size_t row = 0; row < residuals_.r.size(); ++row) AddExtreme(row, count);
  }

 private:
  static constexpr std::size_t kPanels = kResampleBlock / kResamplePanelWidth;

  // Writes the permutations of the vector with number `k`.
  void Permute(const std::vector<double>& vector, std::size_t k) {
    const std::size_t points = vector.size();
    for (std::size_t panel = 0; panel < kPanels; ++panel) {
      const std::uint32_t* order = orders_.data() + panel * kResamplePanelWidth * points;
      double* to = permuted_.Panel(k * kPanels + panel);
      for (std::size_t point = 0; point < points; ++point, to += kResamplePanelWidth) {
        for (std::size_t column = 0; column < kResamplePanelWidth; ++column) {
          to[column] = vector[order[column * points + point]];
        }
      }
    }
  }

  void AddExtreme(std::size_t row, std::size_t count) {
    // Permutations that differ from the data only by rounding count as extreme.
    const double limit = std::abs(residuals_.r[row]) * (1 - 1e-12);
    const double* products = products_.data() + row * permuted_.padded_columns();
    for (std::size_t idx = 0; idx < count; ++idx) {
      double squares = 1;  // of the permuted residuals
      for (std::size_t k = 1; k < basis_.size(); ++k) {
        const double share = products[k * kResampleBlock + idx];
        squares -= share * share;
      }
      if (std::abs(products[idx]) >= limit * std::sqrt(std::max(squares, 0.0))) ++extreme_[row];
    }
  }

  const Residuals& residuals_;
  const Basis& basis_;
  std::vector<std::uint32_t> orders_;  // [permutations of a resample block, points]
  ResamplePanels permuted_;         // [points, (a and basis without the intercept) x permutations]
  AlignedBuffer<double> products_;  // [quantities, columns of permuted_]
  std::vector<std::size_t> extreme_;
};

}  // namespace

std::vector<PartialAssociation> PartialAssociations(std::span<const double> a,
                                                    MatrixView<const double> covariates,
                                                    MatrixView<const double> values,
                                                    const ResamplingOptions& options) {
  ZIPFLENS_CHECK(values.cols == a.size() && covariates.cols == a.size());
  std::vector<PartialAssociation> results(values.rows, {kNoNumber, kNoNumber, kNoNumber});
  if (a.empty()) return results;
  const Basis basis(covariates);
  const Residuals residuals(a, basis, values);
  for (std::size_t row = 0; row < values.rows; ++row) {
    results[row].estimate = residuals.r[row];
    results[row].raw = PearsonCorrelation(a, {values.Row(row), values.cols});
  }
  const bool any = std::ranges::any_of(residuals.r, [](double r) { return !std::isnan(r); });
  if (options.permutations == 0 || !any) return results;
  const std::size_t num_workers = std::max<std::size_t>(1, options.num_threads);
  std::vector<PermutationCounter> counters;
  counters.reserve(num_workers);
  for (std::size_t idx = 0; idx < num_workers; ++idx) counters.emplace_back(residuals, basis);
  ForResampleBlocks(options.permutations, num_workers,
                    [&](std::size_t first, std::size_t count, std::size_t worker_idx) {
                      counters[worker_idx].Run(options.seed, first, count);
                    });
  for (std::size_t row = 0; row < values.rows; ++row) {
    if (std::isnan(residuals.r[row])) continue;
    std::size_t num_extreme = 0;
    for (const PermutationCounter& counter : counters) num_extreme += counter.extreme()[row];
    results[row].p =
        static_cast<double>(1 + num_extreme) / static_cast<double>(1 + options.permutations);
  }
  return results;
}

}  // namespace zipflens
