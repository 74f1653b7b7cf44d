// RankSums: the sums of Spearman's r for several bootstrap resamples at once, without sorting any
// of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "zipflens/base/aligned_buffer.h"

namespace zipflens {

/// Number of resamples that are processed together, one per lane.
inline constexpr std::size_t kRankLanes = 4;

/// The sums of each resample.
struct RankMoments {
  std::array<double, kRankLanes> squares{};  // Sigma of (rank - mean rank)^2
  std::array<double, kRankLanes>
      products{};  // Sigma of (rank - mean rank) * the same of the reference
};

/// Ranks of resampled points, from the order of the points before resampling: a point that is drawn
/// w times is w equal values. Equal values share their mid-rank. One thread.
class RankSums {
 public:
  explicit RankSums(std::size_t num_points);

  /// Sets the reference, the variable that others are related to, and returns its sums; products is
  /// zero. `weights`: how often each point was drawn, [points, kRankLanes]; each lane adds up to
  /// the number of points. `order`: the points in ascending order of the variable, [points].
  /// `run_ends`: exclusive end of each run of equal values in `order`, ascending; the last is the
  /// number of points.
  RankMoments SetReference(std::span<const double> weights, std::span<const std::uint32_t> order,
                           std::span<const std::uint32_t> run_ends);

  /// Returns the sums of another variable in the same resamples.
  RankMoments Relate(std::span<const std::uint32_t> order,
                     std::span<const std::uint32_t> run_ends) const;

 private:
  AlignedBuffer<double> cells_;  // [points, 2, kRankLanes]: weight, weight * rank of the reference
};

/// The plain computation that the kernel is tested against: the ranks of one lane, minus their
/// mean.
namespace reference {
void CentredRanksInto(std::span<const double> weights, std::span<const std::uint32_t> order,
                      std::span<const std::uint32_t> run_ends, std::span<double> ranks);
}  // namespace reference

}  // namespace zipflens
