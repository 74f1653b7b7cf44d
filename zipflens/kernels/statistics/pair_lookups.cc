#include "zipflens/kernels/statistics/pair_lookups.h"

#include "zipflens/base/check.h"

namespace zipflens {

PairLookups::PairLookups(MatrixView<const std::uint32_t> queries_before,
                         std::span<const double> query_weights, std::size_t block_width)
    : num_edges_(queries_before.cols) {
  ZIPFLENS_CHECK(num_edges_ <= 65'536);
  const std::size_t num_keys = queries_before.rows;
  const std::size_t num_queries = query_weights.size();
  const std::size_t width = block_width;
  num_segments_ = (num_keys + kPairSegmentColumns - 1) / kPairSegmentColumns;
  // The running sums after a query include its own scores; before all queries they are zero.
  std::vector<std::uint8_t> is_kept(num_queries, 0);
  for (std::size_t key = 0; key < num_keys; ++key) {
    for (const std::uint32_t before : queries_before.RowSpan(key)) {
      ZIPFLENS_CHECK(before <= num_queries);
      if (before > 0) is_kept[before - 1] = 1;
    }
  }
  std::vector<std::size_t> slots(num_queries);  // index among the kept rows of the strip
  kept_begins_ = {0};
  for (std::size_t row = 0; row < num_queries; ++row) {
    if (row > 0 && row % kPairStripRows == 0) {
      kept_begins_.push_back(static_cast<std::uint32_t>(kept_rows_.size()));
    }
    slots[row] = kept_rows_.size() - kept_begins_.back();
    const double next_weight = row + 1 < num_queries ? query_weights[row + 1] : 0.0;
    const double step = query_weights[row] - next_weight;
    if (is_kept[row] == 0 && step == 0) continue;
    kept_rows_.push_back(static_cast<std::uint8_t>(row % kPairStripRows));
    weight_steps_.push_back(step);
  }
  kept_begins_.push_back(static_cast<std::uint32_t>(kept_rows_.size()));

  const auto for_each = [&](const auto& body) {
    for (std::size_t key = 0; key < num_keys; ++key) {
      const std::uint32_t* before = queries_before.Row(key);
      for (std::size_t edge = 0; edge < num_edges_; ++edge) {
        if (before[edge] == 0) continue;
        const std::size_t row = before[edge] - 1;
        const std::size_t block = key % kPairSegmentColumns / width;
        const std::size_t cell = (block * kPairStripRows + slots[row]) * 3 * width + key % width;
        body(row / kPairStripRows * num_segments_ + key / kPairSegmentColumns,
             Place{static_cast<std::uint16_t>(cell), static_cast<std::uint16_t>(edge)});
      }
    }
  };
  begins_.assign((kept_begins_.size() - 1) * num_segments_ + 1, 0);
  for_each([&](std::size_t cell, Place) { ++begins_[cell + 1]; });
  for (std::size_t cell = 1; cell < begins_.size(); ++cell) begins_[cell] += begins_[cell - 1];
  places_.resize(begins_.back());
  std::vector<std::uint32_t> next(begins_.begin(), begins_.end() - 1);
  for_each([&](std::size_t cell, Place place) { places_[next[cell]++] = place; });
}

}  // namespace zipflens
