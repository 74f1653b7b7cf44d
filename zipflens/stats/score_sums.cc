#include "zipflens/stats/score_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "zipflens/base/check.h"
#include "zipflens/kernels/pair_row_sums.h"

namespace zipflens {
namespace {

double& At(TermVector& terms, PairTerm term) { return terms[static_cast<std::size_t>(term)]; }

// Mean and standard deviation of each bin from sums about a pivot.
BinMoments Finish(std::span<const double> sums, std::span<const double> squares, double pivot,
                  const std::vector<std::uint64_t>& counts) {
  BinMoments moments;
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    const auto n = static_cast<double>(counts[bin]);
    const double mean = sums[bin] / n;  // NaN for an empty bin
    moments.mean.push_back(n > 0 ? pivot + mean : std::numeric_limits<double>::quiet_NaN());
    moments.std.push_back(std::sqrt(std::max(0.0, squares[bin] / n - mean * mean)));
    if (!(n > 0)) moments.std.back() = std::numeric_limits<double>::quiet_NaN();
  }
  return moments;
}

}  // namespace

// Totals over rows that are not kept by row.
struct ScoreSummarizer::RowTotals {
  double centred_squares = 0;
  // Each row's sum of term times score, less what its mean makes of it, over rows.
  double query_by_key = 0;
  double distance = 0;
  double same_token = 0;
};

ScoreSummarizer::RowTotals ScoreSummarizer::SumRows(MatrixView<const float> scores,
                                                    const PairDesign& design, const PairBins& bins,
                                                    ScoreSummary& summary) {
  const std::vector<std::uint32_t>& order = design.order();
  const std::size_t m = order.size();
  const std::vector<double>& a = design.frequency();
  double sum_a = 0;
  for (const double value : a) sum_a += value;
  row_.resize(m);
  row_sums_.assign(m, 0.0);
  column_sums_.assign(m, 0.0);

  // A sequence without bins is one bin here: its squares are needed all the same.
  const bool has_bins = bins.num_bins() > 0;
  const std::array<std::uint32_t, 2> whole_row = {0, static_cast<std::uint32_t>(m)};
  const std::size_t num_bins = has_bins ? bins.num_bins() : 1;
  std::vector<double> cells(4 * num_bins, 0.0);
  const auto part = [&](std::size_t idx) {
    return std::span(cells).subspan(idx * num_bins, num_bins);
  };
  const SegmentMoments moments{part(0), part(1), part(2), part(3)};

  RowTotals totals;
  double pivot = 0;
  for (std::size_t i = 0; i < m; ++i) {
    const float* row = scores.Row(order[i]);
    for (std::size_t k = 0; k < m; ++k) row_[k] = row[order[k]];
    const PairRowSums sums =
        AddPairRow(row_, a, design.position(), design.position()[i], column_sums_);
    const double mean = sums.sum / static_cast<double>(m);
    if (i == 0) pivot = mean;
    AddSegmentMoments(row_, has_bins ? bins.Runs(i) : std::span<const std::uint32_t>(whole_row),
                      mean, pivot, moments);
    double same = 0;
    for (std::size_t k = design.same_begin()[i]; k < design.same_end()[i]; ++k)
      same += row_[k] - mean;
    row_sums_[i] = sums.sum;
    totals.query_by_key += a[i] * (sums.weighted_sum - sum_a * mean);
    totals.distance += sums.distance_sum - design.distance_sums()[i] * mean;
    totals.same_token += same;
  }
  for (const double squares : moments.centred_squares) totals.centred_squares += squares;
  if (has_bins) {
    summary.bins = Finish(moments.sums, moments.squares, pivot, bins.pair_counts());
    summary.centred_bins =
        Finish(moments.centred_sums, moments.centred_squares, /*pivot=*/0.0, bins.pair_counts());
  }
  return totals;
}

ScoreSummary ScoreSummarizer::Summarize(MatrixView<const float> scores,
                                        MatrixView<const double> bias_parts,
                                        const PairDesign& design, const PairBins& bins) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::uint32_t>& order = design.order();
  const std::size_t m = order.size();
  const std::size_t length = design.sequence_length();
  ZIPFLENS_CHECK(scores.rows == length && scores.cols == length);
  ZIPFLENS_CHECK(bins.num_bins() == 0 || bins.order().size() == m);
  ZIPFLENS_CHECK(bias_parts.rows == 0 || (bias_parts.rows == 3 && bias_parts.cols == length));
  ScoreSummary summary;
  summary.row_means.assign(length, kNone);
  summary.column_means.assign(length, kNone);
  if (m == 0) return summary;
  const auto n = static_cast<double>(m);
  const RowTotals totals = SumRows(scores, design, bins, summary);

  ScoreSums& sums = summary.sums;
  sums.num_pairs = m * m;
  for (const double row_sum : row_sums_) sums.mean += row_sum;
  sums.mean /= n * n;
  sums.centred_sum_squares = totals.centred_squares;
  sums.sum_squares = totals.centred_squares;
  At(sums.centred_products, PairTerm::kQueryByKey) = totals.query_by_key;
  At(sums.centred_products, PairTerm::kDistance) = totals.distance;
  At(sums.centred_products, PairTerm::kSameToken) = totals.same_token;
  sums.products = sums.centred_products;

  double sum_a = 0;
  for (const double a : design.frequency()) sum_a += a;
  for (std::size_t i = 0; i < m; ++i) {
    // A row's or column's mean less that of all pairs.
    const double row = row_sums_[i] / n - sums.mean;
    const double column = column_sums_[i] / n - sums.mean;
    const double same_tokens = design.same_end()[i] - design.same_begin()[i];
    summary.row_means[order[i]] = row_sums_[i] / n;
    summary.column_means[order[i]] = column_sums_[i] / n;
    sums.sum_squares += n * row * row;
    At(sums.products, PairTerm::kQuery) += n * design.frequency()[i] * row;
    At(sums.products, PairTerm::kQueryPosition) += n * design.position()[i] * row;
    At(sums.products, PairTerm::kQuerySpecial) += n * design.special()[i] * row;
    At(sums.products, PairTerm::kKey) += n * design.frequency()[i] * column;
    At(sums.products, PairTerm::kKeyPosition) += n * design.position()[i] * column;
    At(sums.products, PairTerm::kKeySpecial) += n * design.special()[i] * column;
    At(sums.products, PairTerm::kQueryByKey) += design.frequency()[i] * sum_a * row;
    At(sums.products, PairTerm::kDistance) += design.distance_sums()[i] * row;
    At(sums.products, PairTerm::kSameToken) += same_tokens * row;
  }
  for (const PairTerm term : {PairTerm::kKey, PairTerm::kKeyPosition, PairTerm::kKeySpecial}) {
    At(sums.centred_products, term) = At(sums.products, term);
  }
  if (bias_parts.rows == 0) return summary;

  for (const std::uint32_t position : order) {
    sums.query_only_mean += bias_parts(0, position) / n;
    sums.key_only_mean += bias_parts(1, position) / n;
  }
  sums.constant = bias_parts(2, order[0]);
  for (std::size_t i = 0; i < m; ++i) {
    const double query_only = bias_parts(0, order[i]) - sums.query_only_mean;
    const double key_only = bias_parts(1, order[i]) - sums.key_only_mean;
    sums.query_only_sum_squares += n * query_only * query_only;
    sums.key_only_sum_squares += n * key_only * key_only;
    sums.query_only_products += n * query_only * (row_sums_[i] / n - sums.mean);
    sums.key_only_products += n * key_only * (column_sums_[i] / n - sums.mean);
  }
  return summary;
}

}  // namespace zipflens
