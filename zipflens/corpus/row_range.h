// RowRange: a range of rows, and the parts of shards that hold it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace zipflens {

/// Rows begin, ..., end - 1, counted from 0. begin <= end.
struct RowRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t size() const { return end - begin; }
  bool operator==(const RowRange&) const = default;
};

/// A range of rows of one shard, counted within the shard.
struct ShardRange {
  std::size_t shard_idx = 0;
  RowRange rows;
  bool operator==(const ShardRange&) const = default;
};

/// Returns the ranges of shards that hold the rows of `range`, in order. `rows_of_shards` has the
/// number of rows of each shard.
std::vector<ShardRange> RangesOfShards(RowRange range,
                                       const std::vector<std::uint64_t>& rows_of_shards);

}  // namespace zipflens
