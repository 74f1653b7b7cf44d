// RankSums: Spearman's sums of several bootstrap resamples at once, without sorting any of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "zipflens/base/aligned_buffer.h"

namespace zipflens {

/// Resamples that go side by side.
inline constexpr std::size_t kRankLanes = 4;

/// Sums of one resample each.
struct RankMoments {
  std::array<double, kRankLanes> squares{};   // Sigma of squared ranks less their mean
  std::array<double, kRankLanes> products{};  // the same times the reference's
};

/// Ranks of resampled points, mid-ranks for equal ones, from the order of the points before
/// resampling: a point drawn w times is w equal values. One thread.
class RankSums {
 public:
  explicit RankSums(std::size_t num_points);

  /// The variable that others are related to. `weights`: how often each point was drawn, [points,
  /// kRankLanes], each lane adding up to the number of points; `order`: points from the smallest,
  /// [points]; `run_ends`: behind the last place of each run of equal values, ascending, the last
  /// one [points]. products is zero.
  RankMoments SetReference(std::span<const double> weights, std::span<const std::uint32_t> order,
                           std::span<const std::uint32_t> run_ends);

  /// Another variable's ranks in the same resamples.
  RankMoments Relate(std::span<const std::uint32_t> order,
                     std::span<const std::uint32_t> run_ends) const;

 private:
  AlignedBuffer<double> cells_;  // [points, 2, kRankLanes]: weight, weight * reference's rank
};

/// The plain computation that the kernel is tested against: ranks of one lane, less their mean.
namespace reference {
void CentredRanksInto(std::span<const double> weights, std::span<const std::uint32_t> order,
                      std::span<const std::uint32_t> run_ends, std::span<double> ranks);
}  // namespace reference

}  // namespace zipflens
