// The summary of one score matrix: the sums from which every pair statistic is computed, and its
// bins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "zipflens/base/matrix_view.h"
#include "zipflens/kernels/statistics/pair_matrix_sums.h"
#include "zipflens/stats/pair_bins.h"
#include "zipflens/stats/pair_design.h"
#include "zipflens/stats/pair_layout.h"

namespace zipflens {

/// The sums of the scores z of one sequence, layer and head (or of the mean over heads), over all
/// pairs of tokens that take part. Together with DesignSums they determine the pair-level r, the
/// slopes and the four-way split. A row is the scores of one query; row-centred means minus the
/// mean of the row. X is the matrix of PairDesign.
struct ScoreSums {
  std::uint64_t num_pairs = 0;
  double mean = 0;                 // of z
  double sum_squares = 0;          // Sigma (z - mean)^2
  double centred_sum_squares = 0;  // Sigma (z - its row's mean)^2
  TermVector products{};           // X'(z - mean)
  TermVector centred_products{};   // X'(z - its row's mean)

  // The parts of z that the biases add (PointKind::kScoreBiasParts): one value per query, one per
  // key, and a constant.
  double query_only_mean = 0;
  double key_only_mean = 0;
  double constant = 0;
  double query_only_sum_squares = 0;  // Sigma (part - its mean)^2
  double key_only_sum_squares = 0;    // Sigma (part - its mean)^2
  double query_only_products = 0;     // Sigma (part - its mean) (z - mean)
  double key_only_products = 0;       // Sigma (part - its mean) (z - mean)
};

/// Mean and population standard deviation (ddof 0) of the scores in each bin, [num_bins]. NaN for a
/// bin without a pair.
struct BinMoments {
  std::vector<double> mean;
  std::vector<double> std;
};

/// Everything that a study keeps of one score matrix.
struct ScoreSummary {
  ScoreSums sums;
  BinMoments bins;                   // [bins of the sequence]
  BinMoments centred_bins;           // of row-centred scores
  std::vector<double> row_means;     // mean over the keys of each query, [S]; NaN if left out
  std::vector<double> column_means;  // mean over the queries of each key, [S]; NaN if left out
};

/// Summarises score matrices whose rows arrive in the order of PairLayout::plan's queries. Each row
/// is read once from memory. Buffers are kept from one matrix to the next. One thread. Sums are in
/// double, taken in an order that depends on the sequence alone.
class ScoreSummarizer {
 public:
  /// Begins a matrix. `layout` describes the sequence and must live until Finish.
  void Begin(const PairLayout& layout);
  /// Adds the scores of the next queries, [any number, S]. Returns whether all of them are finite;
  /// see PairMatrixSummer::Add.
  bool Add(MatrixView<const float> scores);
  /// Ends the matrix, after the last query. `bias_parts`: [3, S], or a matrix without rows if all
  /// parts are zero.
  ScoreSummary Finish(MatrixView<const double> bias_parts);

  /// Begin, Add and Finish for a whole matrix: `scores`: [query, key] = [S, S].
  ScoreSummary Summarize(MatrixView<const float> scores, MatrixView<const double> bias_parts,
                         const PairLayout& layout);

 private:
  bool AddRows(std::span<const float* const> rows);
  void SetBins(ScoreSummary& summary) const;
  void SetSums(ScoreSummary& summary) const;
  void SetBiasSums(MatrixView<const double> bias_parts, ScoreSums& sums) const;

  const PairLayout* layout_ = nullptr;
  std::size_t num_added_ = 0;  // queries added so far
  double same_token_sum_ = 0;  // Sigma z over the pairs of equal tokens
  std::vector<const float*> rows_;
  PairMatrixSummer summer_;
  PairMatrixSums totals_;
};

}  // namespace zipflens
