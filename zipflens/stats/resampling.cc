#include "zipflens/stats/resampling.h"

#include <algorithm>

#include "zipflens/base/check.h"
#include "zipflens/base/parallel.h"

namespace zipflens {

void ForResampleBlocks(
    std::size_t total, std::size_t num_threads,
    const std::function<void(std::size_t first, std::size_t count, std::size_t worker_idx)>& body) {
  const std::size_t num_blocks = (total + kResampleBlock - 1) / kResampleBlock;
  const std::size_t num_workers =
      std::clamp<std::size_t>(num_threads, 1, std::max<std::size_t>(1, num_blocks));
  ProduceInParallelConsumeInOrder<bool>(
      num_blocks, num_workers,
      [&](std::size_t block, std::size_t worker_idx) {
        const std::size_t first = block * kResampleBlock;
        body(first, std::min(kResampleBlock, total - first), worker_idx);
        return true;
      },
      [](std::size_t /*block*/, bool&& /*done*/) {});
}

void DrawResamplesInto(RandomPurpose purpose, std::uint64_t seed, std::size_t first,
                       std::size_t count, ResamplePanels& weights) {
  ZIPFLENS_CHECK(count <= weights.padded_columns());
  const auto points = static_cast<std::uint32_t>(weights.points());
  weights.SetZero();
  for (std::size_t idx = 0; idx < count; ++idx) {
    CounterRandom random(seed, purpose, first + idx);
    double* column = weights.Panel(idx / kResamplePanelWidth) + idx % kResamplePanelWidth;
    for (std::uint32_t draw = 0; draw < points; ++draw) {
      column[std::size_t{random.Below(points)} * kResamplePanelWidth] += 1;
    }
  }
}

}  // namespace zipflens
