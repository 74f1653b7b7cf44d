// PairLookups: the places at which the running sums of a score matrix are read; see
// pair_matrix_sums.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// Number of rows in a strip, whose running sums are kept before they are looked up. Together with
/// the scores of the strip they stay in the first-level cache.
inline constexpr std::size_t kPairStripRows = 12;

/// Number of columns in a segment of a strip, which are looked up together. A multiple of the
/// column block of every instruction set.
inline constexpr std::size_t kPairSegmentColumns = 64;

/// The places at which running sums down the columns of a score matrix are looked up, sorted in the
/// order of the kernel's pass: strip after strip of rows and, within a strip, segment after segment
/// of columns.
class PairLookups {
 public:
  PairLookups() = default;
  /// `queries_before`: [num_keys, num_edges], how many of the queries, counted from the first, lie
  /// below each edge for this key. `query_weights`: [queries]. `block_width`: PairBlockWidth(). At
  /// most 65,536 edges.
  PairLookups(MatrixView<const std::uint32_t> queries_before, std::span<const double> query_weights,
              std::size_t block_width);

  struct Place {
    /// Index of the first of the three running sums at this place, in the running sums kept of a
    /// segment, which are [column block, kPairStripRows, 3, block_width]. Only kept rows are
    /// stored, from the front.
    std::uint16_t cell;
    std::uint16_t edge;
  };
  std::size_t num_edges() const { return num_edges_; }
  /// The rows of a strip whose running sums are kept, ascending: those that are looked up, and
  /// those after which the query weight changes.
  std::span<const std::uint8_t> KeptRows(std::size_t strip) const {
    return std::span(kept_rows_)
        .subspan(kept_begins_[strip], kept_begins_[strip + 1] - kept_begins_[strip]);
  }
  /// weight[row] - weight[row + 1] for each kept row, where weight is that of the row's query; the
  /// weight after the last query is 0.
  std::span<const double> WeightSteps(std::size_t strip) const {
    return std::span(weight_steps_)
        .subspan(kept_begins_[strip], kept_begins_[strip + 1] - kept_begins_[strip]);
  }
  /// For one strip, the range of places() of each segment: [segments + 1].
  std::span<const std::uint32_t> Begins(std::size_t strip) const {
    return std::span(begins_).subspan(strip * num_segments_, num_segments_ + 1);
  }
  std::span<const Place> places() const { return places_; }

 private:
  std::size_t num_edges_ = 0;
  std::size_t num_segments_ = 0;
  std::vector<std::uint8_t> kept_rows_;
  std::vector<double> weight_steps_;        // one per entry of kept_rows_
  std::vector<std::uint32_t> kept_begins_;  // [strips + 1], into kept_rows_
  std::vector<std::uint32_t> begins_;       // [strips * segments + 1], into places_
  std::vector<Place> places_;
};

}  // namespace zipflens
