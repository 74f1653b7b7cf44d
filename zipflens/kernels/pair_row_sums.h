// The sums of one query's scores that pair statistics are made from: the inner loop of
// stats/score_sums.h.
#pragma once

#include <cstdint>
#include <span>

namespace zipflens {

/// Sums over the keys k of one row, in double.
struct PairRowSums {
  double sum = 0;           // of z[k]
  double weighted_sum = 0;  // of weights[k] z[k]
  double distance_sum = 0;  // of |positions[k] - position| z[k]
};

/// Returns the row's sums and adds the row to column_sums. All spans: [keys]. The same instruction
/// set gives the same bytes. Thread-safe.
PairRowSums AddPairRow(std::span<const float> row, std::span<const double> weights,
                       std::span<const double> positions, double position,
                       std::span<double> column_sums);

/// The accumulators of AddSegmentMoments, [num_bins] each.
struct SegmentMoments {
  std::span<double> sums;             // Sigma (z - pivot)
  std::span<double> squares;          // Sigma (z - pivot)^2
  std::span<double> centred_sums;     // Sigma (z - centre)
  std::span<double> centred_squares;  // Sigma (z - centre)^2
};

/// Adds the runs of a row to their bins: bin b has row[k] for bounds[b] <= k < bounds[b + 1].
/// bounds: [num_bins + 1], ascending, bounds.back() <= row.size(); a run may be empty. `centre` is
/// this row's own, `pivot` that of all rows. Values are first taken less the centre, so that
/// nothing is lost where it is far from zero.
void AddSegmentMoments(std::span<const float> row, std::span<const std::uint32_t> bounds,
                       double centre, double pivot, const SegmentMoments& moments);

/// The plain loops that the kernels are tested against.
namespace reference {
PairRowSums AddPairRow(std::span<const float> row, std::span<const double> weights,
                       std::span<const double> positions, double position,
                       std::span<double> column_sums);
void AddSegmentMoments(std::span<const float> row, std::span<const std::uint32_t> bounds,
                       double centre, double pivot, const SegmentMoments& moments);
}  // namespace reference

}  // namespace zipflens
