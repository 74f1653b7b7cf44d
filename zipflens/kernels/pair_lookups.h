// PairLookups: where the running sums of a score matrix are read; see pair_matrix_sums.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace zipflens {

/// Rows whose running sums are kept before they are looked up: a panel. With a panel of scores they
/// stay in the first-level cache.
inline constexpr std::size_t kPairPanelRows = 12;

/// Columns of a panel that are looked up at a time: a chunk, whole blocks on every instruction set.
inline constexpr std::size_t kPairChunkColumns = 64;

/// Where running sums down the columns of a matrix are looked up, sorted for the pass over it that
/// this machine makes: panels of rows, and in each of them chunks of columns.
class PairLookups {
 public:
  PairLookups() = default;
  /// `block_width`: PairBlockWidth(). `query_weights`: [queries]. `queries_before`: [num_keys,
  /// num_edges]: how many queries, from the first on, lie in front of each edge for this key. At
  /// most 65,536 edges.
  PairLookups(std::span<const std::uint32_t> queries_before, std::size_t num_edges,
              std::size_t num_keys, std::span<const double> query_weights, std::size_t block_width);

  struct Place {
    /// Of the first of three sums in the running sums kept of a chunk, which are [block,
    /// kPairPanelRows, 3, block_width]; of the panel's rows, those kept come first.
    std::uint16_t cell;
    std::uint16_t edge;
  };
  std::size_t num_edges() const { return num_edges_; }
  /// The rows of a panel whose running sums are wanted, ascending: they are looked up, or the next
  /// query weighs otherwise. Those of others are not kept.
  std::span<const std::uint8_t> KeptRows(std::size_t panel) const {
    return std::span(kept_rows_)
        .subspan(kept_begins_[panel], kept_begins_[panel + 1] - kept_begins_[panel]);
  }
  /// What the weight of the queries falls by behind each of these rows; it is zero behind the last
  /// query of all.
  std::span<const double> WeightSteps(std::size_t panel) const {
    return std::span(weight_steps_)
        .subspan(kept_begins_[panel], kept_begins_[panel + 1] - kept_begins_[panel]);
  }
  /// Of one panel: [chunks + 1], into places().
  std::span<const std::uint32_t> Begins(std::size_t panel) const {
    return std::span(begins_).subspan(panel * num_chunks_, num_chunks_ + 1);
  }
  std::span<const Place> places() const { return places_; }

 private:
  std::size_t num_edges_ = 0;
  std::size_t num_chunks_ = 0;
  std::vector<std::uint8_t> kept_rows_;
  std::vector<double> weight_steps_;        // of kept_rows_
  std::vector<std::uint32_t> kept_begins_;  // [panels + 1], into kept_rows_
  std::vector<std::uint32_t> begins_;       // [panels * chunks + 1]
  std::vector<Place> places_;
};

}  // namespace zipflens
