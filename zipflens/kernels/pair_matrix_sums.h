// The sums over one matrix of scores that pair statistics are made from: the inner loops of
// stats/score_sums.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/pair_lookups.h"

namespace zipflens {

/// Per-key arrays are this long for S keys: whole blocks of columns on every instruction set.
constexpr std::size_t PaddedKeys(std::size_t num_keys) {
  constexpr std::size_t kBlock = 16;
  return (num_keys + kBlock - 1) / kBlock * kBlock;
}

/// Columns whose running sums are kept in registers, for the instruction set in force.
std::size_t PairBlockWidth();

/// Which pairs are summed, and with what weights; the same for all matrices of a sequence of S
/// tokens. m queries and the same m keys take part, the queries in an order that the caller
/// chooses.
struct PairMatrixPlan {
  std::size_t num_keys = 0;                 // S
  std::span<const std::uint32_t> queries;   // [m], places in the sequence
  std::span<const double> query_distances;  // [m]: Sigma max(i - j, 0) over keys that take part
  std::span<const double> takes_part;       // [PaddedKeys(S)]: 1 for keys that take part, else 0
  std::span<const double> key_weights;      // [PaddedKeys(S)]: 0 for keys that do not
  const PairLookups* lookups = nullptr;     // made with the weights of the queries
};

/// What one matrix leaves: of z, of x[i,j] = z[i,j] - (mean of row i) and of o[i] = (mean of row i)
/// - mean, over the keys that take part.
struct PairMatrixSums {
  double mean = 0;                // of z
  std::vector<double> row_means;  // of z, [m]
  std::vector<double> key_sums;   // Sigma x over the queries, [S]; elsewhere it means nothing
  double squares = 0;             // Sigma x^2
  double weighted = 0;            // Sigma query_weights key_weights x
  double distance = 0;            // Sigma |i - j| x, i and j places in the sequence
  // In front of each edge, [num_edges] each.
  std::vector<double> edge_sums;     // Sigma x
  std::vector<double> edge_squares;  // Sigma x^2
  std::vector<double> edge_offsets;  // Sigma o x
};

/// Sums a matrix as its rows come, which are read once from memory and twice from the first-level
/// cache: for their means, then down the columns, where running sums are looked up at the edges, so
/// that no row has to be put in order. Keeps its memory from one matrix to the next. One thread.
/// The same instruction set gives the same bytes, however rows are cut.
class PairMatrixSummer {
 public:
  /// What `plan` refers to must live until FinishInto.
  void Begin(const PairMatrixPlan& plan);

  /// The next rows.size() queries of the plan, each a row of S scores. All calls but the last bring
  /// whole panels. Returns whether all scores of these rows are finite, those of keys that do
  /// not take part included.
  bool Add(std::span<const float* const> rows);

  /// After the last query.
  void FinishInto(PairMatrixSums& sums);

 private:
  bool AddPanel(std::span<const float* const> rows);

  PairMatrixPlan plan_;
  std::size_t num_added_ = 0;         // queries
  std::vector<double> row_means_;     // [m]
  double pivot_ = 0;                  // what offsets are taken from until the mean is known
  AlignedBuffer<double> key_state_;   // [blocks, 3, columns of a block]
  AlignedBuffer<double> edge_state_;  // [num_edges, 4]
  AlignedBuffer<double> totals_;      // a vector each of the weighted and the distance sums
};

/// The plain loops that the kernel is tested against.
namespace reference {
/// `scores`: [S, S].
/// `query_weights`, `queries_before`: as PairLookups takes them.
PairMatrixSums SumPairMatrix(MatrixView<const float> scores, const PairMatrixPlan& plan,
                             std::span<const double> query_weights,
                             std::span<const std::uint32_t> queries_before);
}  // namespace reference

}  // namespace zipflens
