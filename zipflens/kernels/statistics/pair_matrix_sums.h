// The sums over one score matrix from which pair statistics are computed: the inner loops of
// stats/score_sums.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/statistics/pair_lookups.h"

namespace zipflens {

/// The length of arrays with one element per key, for S keys: padded to whole column blocks of
/// every instruction set.
constexpr std::size_t PaddedKeys(std::size_t num_keys) {
  constexpr std::size_t kBlock = 16;
  return (num_keys + kBlock - 1) / kBlock * kBlock;
}

/// Number of columns in a column block, whose running sums stay in registers, for the instruction
/// set in use.
std::size_t PairBlockWidth();

/// The pairs to sum and their weights, which are the same for all score matrices of a sequence of S
/// tokens. The same m tokens take part as queries and as keys. The caller chooses the order of the
/// queries.
struct PairMatrixPlan {
  std::size_t num_keys = 0;                 // S
  std::span<const std::uint32_t> queries;   // [m], positions in the sequence
  std::span<const double> query_distances;  // [m]: Sigma max(i - j, 0) over the keys that take part
  std::span<const double> takes_part;       // [PaddedKeys(S)]: 1 for keys that take part, else 0
  std::span<const double> key_weights;      // [PaddedKeys(S)]: 0 for keys that do not take part
  const PairLookups* lookups = nullptr;     // constructed with the query weights
};

/// The sums over one matrix, over the pairs that take part. They are of z, of x[i,j] = z[i,j] -
/// (mean of row i), and of o[i] = (mean of row i) - (mean of z).
struct PairMatrixSums {
  double mean = 0;                // of z
  std::vector<double> row_means;  // of z, [m]
  std::vector<double> key_sums;   // Sigma x over the queries, [S]; undefined for keys left out
  double squares = 0;             // Sigma x^2
  double weighted = 0;            // Sigma query_weights key_weights x
  double distance = 0;            // Sigma |i - j| x, where i and j are positions
  // Over the pairs below each edge, [num_edges] each.
  std::vector<double> edge_sums;     // Sigma x
  std::vector<double> edge_squares;  // Sigma x^2
  std::vector<double> edge_offsets;  // Sigma o x
};

/// Sums a score matrix whose rows arrive in the order of the plan. A row is read once from memory
/// and twice from the first-level cache: first for its mean, then, minus its mean, for running sums
/// down the columns. These are looked up at the edges, so no row has to be sorted. Buffers are kept
/// from one matrix to the next. One thread. The same instruction set gives the same bytes, however
/// the rows are divided among calls.
class PairMatrixSummer {
 public:
  /// Begins a matrix. Everything that `plan` refers to must live until FinishInto.
  void Begin(const PairMatrixPlan& plan);

  /// Adds the rows of the next rows.size() queries of the plan, [S] scores each. In every call but
  /// the last, rows.size() must be a multiple of kPairStripRows. Returns whether all scores of
  /// these rows are finite, including those of keys that do not take part.
  bool Add(std::span<const float* const> rows);

  /// Ends the matrix, after the last query.
  void FinishInto(PairMatrixSums& sums);

 private:
  bool AddStrip(std::span<const float* const> rows);

  PairMatrixPlan plan_;
  std::size_t num_added_ = 0;         // queries added so far
  std::vector<double> row_means_;     // [m]
  double pivot_ = 0;                  // stands for the mean in o[i] until the mean is known
  AlignedBuffer<double> key_state_;   // [column blocks, 3, PairBlockWidth()]
  AlignedBuffer<double> edge_state_;  // [num_edges, 4]
  AlignedBuffer<double> totals_;  // [2, widest column block]: weighted and distance sums by lane
};

/// The plain loops that the kernel is tested against.
namespace reference {
/// `scores`: [S, S]. `query_weights` and `queries_before` as in the constructor of PairLookups.
PairMatrixSums SumPairMatrix(MatrixView<const float> scores, const PairMatrixPlan& plan,
                             std::span<const double> query_weights,
                             MatrixView<const std::uint32_t> queries_before);
}  // namespace reference

}  // namespace zipflens
