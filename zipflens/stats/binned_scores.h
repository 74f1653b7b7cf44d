// Mean and standard deviation of scores in the bins of a sequence (analysis.md, parts 5 and 6).
#pragma once

#include <vector>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/matrix_view.h"
#include "zipflens/stats/pair_bins.h"

namespace zipflens {

/// Bin by bin, [num_bins]: mean and population standard deviation (ddof 0) of the scores; NaN where
/// a bin has no pair.
struct BinMoments {
  std::vector<double> mean;
  std::vector<double> std;
};

/// Bins score matrices; keeps its scratch memory from one to the next. One thread.
class ScoreBinner {
 public:
  /// `scores`: [query, key] = [S, S], in the order of the tokens `bins` was made from. Sums are in
  /// double, in an order that depends on `bins` only; the deviation takes a second pass around the
  /// means.
  BinMoments Moments(MatrixView<const float> scores, const PairBins& bins);

 private:
  AlignedBuffer<float> row_;  // the participants' scores of one query, by log-proportion
};

}  // namespace zipflens
