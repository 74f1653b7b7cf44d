// Options and loops that permutation tests and bootstraps share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "zipflens/kernels/statistics/counter_random.h"
#include "zipflens/kernels/statistics/resample_products.h"

namespace zipflens {

/// Number of permutations and resamples, and the seed of the random numbers.
struct ResamplingOptions {
  std::size_t permutations = 10'000;
  std::size_t resamples = 2'000;  // of each bootstrap
  double confidence = 0.95;
  std::uint64_t seed = 0;
  std::size_t num_threads = 1;  // does not change the result
};

/// Number of resamples in one matrix product: a resample block. A multiple of kResamplePanelWidth.
inline constexpr std::size_t kResampleBlock = 32;

/// Calls body(first, count, worker_idx) for blocks of at most kResampleBlock resamples that cover 0
/// .. total - 1, on up to `num_threads` threads; worker_idx < num_threads. Calls may run at the
/// same time and must write to different places. Exceptions are rethrown.
void ForResampleBlocks(
    std::size_t total, std::size_t num_threads,
    const std::function<void(std::size_t first, std::size_t count, std::size_t worker_idx)>& body);

/// Draws the bootstrap resamples first .. first + count - 1 of `points` points. Writes how often
/// each point is drawn to `weights`, [points, at least count]; the columns after `count` become
/// zero. A resample depends only on seed, purpose, number of points and its own number.
void DrawResamplesInto(RandomPurpose purpose, std::uint64_t seed, std::size_t first,
                       std::size_t count, ResamplePanels& weights);

}  // namespace zipflens
