// Sums of the runs of a row whose values are gathered in sorted order: the inner loop of binned
// statistics.
#pragma once

#include <cstdint>
#include <span>

namespace zipflens {

/// For each bin b: sums[b] += sum of row[k] over bounds[b] <= k < bounds[b + 1], in double.
/// bounds: [num_bins + 1], ascending, bounds.back() <= row.size(); sums: [num_bins]. A run may be
/// empty. The same instruction set gives the same bytes. Thread-safe.
void AddSegmentSums(std::span<const float> row, std::span<const std::uint32_t> bounds,
                    std::span<double> sums);

/// For each bin b: squares[b] += sum of (row[k] - means[b])^2 over the same runs, in double.
/// means and squares: [num_bins]; the mean of an empty run may be NaN.
void AddSegmentSquares(std::span<const float> row, std::span<const std::uint32_t> bounds,
                       std::span<const double> means, std::span<double> squares);

/// The plain loops that the kernels are tested against.
namespace reference {
void AddSegmentSums(std::span<const float> row, std::span<const std::uint32_t> bounds,
                    std::span<double> sums);
void AddSegmentSquares(std::span<const float> row, std::span<const std::uint32_t> bounds,
                       std::span<const double> means, std::span<double> squares);
}  // namespace reference

}  // namespace zipflens
