#include "zipflens/corpus/row_range.h"

#include <algorithm>

namespace zipflens {

std::vector<ShardRange> RangesOfShards(RowRange range,
                                       const std::vector<std::uint64_t>& rows_of_shards) {
  std::vector<ShardRange> ranges;
  std::uint64_t shard_begin = 0;
  for (std::size_t shard_idx = 0; shard_idx < rows_of_shards.size(); ++shard_idx) {
    const std::uint64_t shard_end = shard_begin + rows_of_shards[shard_idx];
    const std::uint64_t begin = std::max(range.begin, shard_begin);
    const std::uint64_t end = std::min(range.end, shard_end);
    if (begin < end) ranges.push_back({shard_idx, {begin - shard_begin, end - shard_begin}});
    shard_begin = shard_end;
  }
  return ranges;
}

}  // namespace zipflens
