// Resampling: what permutation tests and bootstraps have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "zipflens/kernels/counter_random.h"
#include "zipflens/kernels/resample_products.h"

namespace zipflens {

/// How much is resampled.
struct ResamplingOptions {
  std::size_t permutations = 10'000;
  std::size_t resamples = 2'000;  // bootstrap
  double confidence = 0.95;
  std::uint64_t seed = 0;
  std::size_t num_threads = 1;  // does not change the result
};

/// Resamples that go through one product: a multiple of kStripWidth.
inline constexpr std::size_t kResampleBlock = 32;

/// Calls body(first, count, worker_idx) for blocks of at most kResampleBlock resamples that cover
/// 0 .. total - 1, on up to `num_threads` threads; worker_idx < num_threads. Bodies run side by
/// side: they write to places of their own. Exceptions pass through.
void ForResampleBlocks(
    std::size_t total, std::size_t num_threads,
    const std::function<void(std::size_t first, std::size_t count, std::size_t worker_idx)>& body);

/// Bootstrap resamples first .. first + count - 1 of `points` points: how often each is drawn, into
/// `weights` [points, at least count]; columns behind them become zero. A resample depends on seed,
/// purpose, points and its own number only.
void DrawResamplesInto(RandomPurpose purpose, std::uint64_t seed, std::size_t first,
                       std::size_t count, ResampleStrips& weights);

}  // namespace zipflens
