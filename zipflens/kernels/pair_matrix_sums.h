// The sums over one matrix of scores that pair statistics are made from: the inner loops of
// stats/score_sums.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"

namespace zipflens {

/// Per-key arrays are this long for S keys: whole blocks of columns on every instruction set.
constexpr std::size_t PaddedKeys(std::size_t num_keys) {
  constexpr std::size_t kBlock = 16;
  return (num_keys + kBlock - 1) / kBlock * kBlock;
}

/// Where running sums down the columns of a matrix are looked up, sorted for the pass over it that
/// this machine makes: blocks of columns, and in each of them panels of rows.
class PairLookups {
 public:
  PairLookups() = default;
  /// `queries_before`: [num_keys, num_edges]: how many of `num_queries` queries, from the first on,
  /// lie in front of each edge for this key. At most 65,536 edges.
  PairLookups(std::span<const std::uint32_t> queries_before, std::size_t num_edges,
              std::size_t num_keys, std::size_t num_queries);

  struct Place {
    std::uint16_t cell;  // in a panel of one sum, [rows, columns]
    std::uint16_t edge;
  };
  std::size_t num_edges() const { return num_edges_; }
  std::size_t num_panels() const { return num_panels_; }
  /// [blocks * panels + 1], into places().
  std::span<const std::uint32_t> begins() const { return begins_; }
  std::span<const Place> places() const { return places_; }

 private:
  std::size_t num_edges_ = 0;
  std::size_t num_panels_ = 0;
  std::vector<std::uint32_t> begins_ = {0};
  std::vector<Place> places_;
};

/// Which pairs are summed, and with what weights; the same for all matrices of a sequence. m
/// queries take part, in an order that the caller chooses.
struct PairMatrixPlan {
  std::span<const std::uint32_t> queries;  // [m], rows of the matrix
  std::span<const double> query_weights;   // [m]
  std::span<const double> takes_part;      // [PaddedKeys(S)]: 1 for keys that count, else 0
  const PairLookups* lookups = nullptr;
};

/// Of x[i,j] = z[i,j] - centres[i] over the queries of a plan, by key: [PaddedKeys(S)] each. What
/// stands behind S, or at keys that do not count, means nothing.
struct PairKeySums {
  std::span<double> sums;           // Sigma x
  std::span<double> squares;        // Sigma x^2
  std::span<double> weighted_sums;  // Sigma query_weights x
  std::span<double> distance_sums;  // Sigma |i - j| x, i and j places in the matrix
};

/// In front of each edge, over the keys that count: [num_edges] each.
struct PairEdgeSums {
  std::span<double> sums;         // Sigma x
  std::span<double> squares;      // Sigma x^2
  std::span<double> offset_sums;  // Sigma offsets x
};

/// Sums score matrices; keeps its scratch memory from one to the next. One thread. The same
/// instruction set gives the same bytes.
class PairMatrixSummer {
 public:
  /// row_sums[i] = Sigma over the keys that count of scores(i, j), for every row. row_sums: [S].
  static void RowSumsInto(MatrixView<const float> scores, const PairMatrixPlan& plan,
                          std::span<double> row_sums);

  /// scores: [S, S]; centres, offsets: [m]. Reads the matrix once, a block of columns at a time:
  /// running sums down the columns are looked up at the edges, so that no row has to be put in
  /// order.
  void Sum(MatrixView<const float> scores, const PairMatrixPlan& plan,
           std::span<const double> centres, std::span<const double> offsets,
           const PairKeySums& by_key, const PairEdgeSums& by_edge);

 private:
  AlignedBuffer<double> distances_;  // |t| for t from -(S - 1) on
  AlignedBuffer<double> panel_;      // running sums, [rows of a panel, 3, columns of a block]
  AlignedBuffer<double> edges_;      // [num_edges, 3]
  AlignedBuffer<float> last_;        // the columns behind the last whole block, [S, block]
};

/// The plain loops that the kernel is tested against.
namespace reference {
void RowSumsInto(MatrixView<const float> scores, const PairMatrixPlan& plan,
                 std::span<double> row_sums);
void SumPairMatrix(MatrixView<const float> scores, const PairMatrixPlan& plan,
                   std::span<const std::uint32_t> queries_before, std::span<const double> centres,
                   std::span<const double> offsets, const PairKeySums& by_key,
                   const PairEdgeSums& by_edge);
}  // namespace reference

}  // namespace zipflens
