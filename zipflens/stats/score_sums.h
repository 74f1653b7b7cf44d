// What one score matrix leaves behind: sums that every pair statistic is made from, and its bins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/pair_matrix_sums.h"
#include "zipflens/stats/pair_bins.h"
#include "zipflens/stats/pair_design.h"
#include "zipflens/stats/pair_layout.h"

namespace zipflens {

/// The sums of one sequence, layer and head (or the mean over heads): with DesignSums enough for
/// the pair-level r, the slopes and the four-way split. z over all pairs of tokens that take part.
/// A row is the scores of one query; row-centred: less the mean of its row.
struct ScoreSums {
  std::uint64_t num_pairs = 0;
  double mean = 0;                 // of z
  double sum_squares = 0;          // Sigma (z - mean)^2
  double centred_sum_squares = 0;  // Sigma (z - its row's mean)^2
  TermVector products{};           // X'(z - mean)
  TermVector centred_products{};   // X'(z - its row's mean)

  // The parts of z that biases make (PointKind::kScoreBiasParts): u by query, v by key, constant.
  double query_only_mean = 0;
  double key_only_mean = 0;
  double constant = 0;
  double query_only_sum_squares = 0;  // Sigma (u - its mean)^2
  double key_only_sum_squares = 0;    // Sigma (v - its mean)^2
  double query_only_products = 0;     // Sigma (u - its mean) (z - mean)
  double key_only_products = 0;       // Sigma (v - its mean) (z - mean)
};

/// Bin by bin, [num_bins]: mean and population standard deviation (ddof 0) of the scores; NaN where
/// a bin has no pair.
struct BinMoments {
  std::vector<double> mean;
  std::vector<double> std;
};

/// All that a study keeps of one score matrix.
struct ScoreSummary {
  ScoreSums sums;
  BinMoments bins;                   // [bins of the sequence]
  BinMoments centred_bins;           // of row-centred scores
  std::vector<double> row_means;     // mean over keys by query, [S]; NaN where left out
  std::vector<double> column_means;  // mean over queries by key, [S]; NaN where left out
};

/// Summarises score matrices as their rows come, in the order of PairLayout::plan's queries, each
/// row read once. Keeps its memory from one to the next. One thread. Sums are in double, in an
/// order that depends on the sequence only.
class ScoreSummarizer {
 public:
  /// `layout`: of the sequence; it must live until Finish.
  void Begin(const PairLayout& layout);
  /// The scores of the next queries, [any, S]. See PairMatrixSummer::Add.
  bool Add(MatrixView<const float> scores);
  /// After the last query. `bias_parts`: [3, S], or no rows: all zero.
  ScoreSummary Finish(MatrixView<const double> bias_parts);

  /// All of it, of a whole matrix: `scores`: [query, key] = [S, S].
  ScoreSummary Summarize(MatrixView<const float> scores, MatrixView<const double> bias_parts,
                         const PairLayout& layout);

 private:
  bool AddRows(std::span<const float* const> rows);
  void SetBins(ScoreSummary& summary) const;
  void SetSums(ScoreSummary& summary) const;
  void SetBiasSums(MatrixView<const double> bias_parts, ScoreSums& sums) const;

  const PairLayout* layout_ = nullptr;
  std::size_t num_added_ = 0;  // queries
  double same_token_sum_ = 0;  // of z, over the pairs of equal tokens
  std::vector<const float*> rows_;
  PairMatrixSummer summer_;
  PairMatrixSums totals_;
};

}  // namespace zipflens
