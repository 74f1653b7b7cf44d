#include "zipflens/stats/score_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "zipflens/base/check.h"
#include "zipflens/base/numbers.h"
#include "zipflens/kernels/statistics/row_combinations.h"

namespace zipflens {
namespace {

double& At(TermVector& terms, PairTerm term) { return terms[Index(term)]; }

// Mean and standard deviation of each bin from sums about a pivot, [num_bins] each.
BinMoments BinMomentsOf(std::span<const double> sums, std::span<const double> squares, double pivot,
                        const std::vector<std::uint64_t>& counts) {
  BinMoments moments;
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    const auto n = Real(counts[bin]);
    const double mean = sums[bin] / n;  // NaN for an empty bin
    moments.mean.push_back(n > 0 ? pivot + mean : std::numeric_limits<double>::quiet_NaN());
    moments.std.push_back(std::sqrt(std::max(0.0, squares[bin] / n - mean * mean)));
    if (!(n > 0)) moments.std.back() = std::numeric_limits<double>::quiet_NaN();
  }
  return moments;
}

}  // namespace

void ScoreSummarizer::Begin(const PairLayout& layout) {
  layout_ = &layout;
  num_added_ = 0;
  same_token_sum_ = 0;
  summer_.Begin(layout.plan());
}

bool ScoreSummarizer::Add(MatrixView<const float> scores) {
  ZIPFLENS_CHECK(layout_ != nullptr && scores.cols == layout_->design().sequence_length());
  rows_.clear();
  for (std::size_t row = 0; row < scores.rows; ++row) rows_.push_back(scores.Row(row));
  return AddRows(rows_);
}

bool ScoreSummarizer::AddRows(std::span<const float* const> rows) {
  const bool is_finite = summer_.Add(rows);
  const PairDesign& design = layout_->design();
  for (const float* row : rows) {
    double sum = 0;
    for (std::size_t k = design.same_begin()[num_added_]; k < design.same_end()[num_added_]; ++k) {
      sum += row[design.order()[k]];
    }
    same_token_sum_ += sum;
    ++num_added_;
  }
  return is_finite;
}

// Let x be z minus its row's mean, and the row's offset its mean minus the mean of all scores. Then
// z - mean = x + offset.
void ScoreSummarizer::SetBins(ScoreSummary& summary) const {
  const PairBins& bins = layout_->bins();
  const std::size_t num_bins = bins.num_bins();
  if (num_bins == 0) return;
  const std::size_t num_edges = num_bins - 1;
  // The x of a row add up to zero, and so do their products with the row's offset.
  const std::array<double, 3> last = {0.0, totals_.squares, 0.0};
  const std::array<std::span<const double>, 3> edge_sums = {totals_.edge_sums, totals_.edge_squares,
                                                            totals_.edge_offsets};
  std::vector<double> cells(5 * num_bins, 0.0);
  const auto part = [&](std::size_t idx) {
    return std::span(cells).subspan(idx * num_bins, num_bins);
  };
  for (std::size_t sum = 0; sum < 3; ++sum) {
    double before = 0;
    for (std::size_t bin = 0; bin < num_bins; ++bin) {
      const double up_to = bin < num_edges ? edge_sums[sum][bin] : last[sum];
      part(sum)[bin] = up_to - before;
      before = up_to;
    }
  }
  const std::size_t num_groups = layout_->group_ends().size();
  std::vector<double> offsets(2 * num_groups,
                              0.0);  // sums of each group, then sums of squares of each group
  std::size_t i = 0;
  for (std::size_t group = 0; group < num_groups; ++group) {
    for (; i < layout_->group_ends()[group]; ++i) {
      const double offset = totals_.row_means[i] - totals_.mean;
      offsets[group] += offset;
      offsets[num_groups + group] += offset * offset;
    }
  }
  CombineRowsInto(layout_->keys_per_bin(), std::span(offsets).first(num_groups),
                  std::span(offsets).last(num_groups), part(3), part(4));
  summary.centred_bins = BinMomentsOf(part(0), part(1), /*pivot=*/0.0, bins.pairs_per_bin());
  for (std::size_t bin = 0; bin < num_bins; ++bin) {
    part(1)[bin] += 2 * part(2)[bin] + part(4)[bin];
    part(0)[bin] += part(3)[bin];
  }
  summary.bins = BinMomentsOf(part(0), part(1), totals_.mean, bins.pairs_per_bin());
}

void ScoreSummarizer::SetSums(ScoreSummary& summary) const {
  const PairDesign& design = layout_->design();
  const std::size_t m = design.order().size();
  const auto n = Real(m);
  ScoreSums& sums = summary.sums;
  sums.num_pairs = m * m;
  sums.mean = totals_.mean;
  sums.centred_sum_squares = totals_.squares;
  sums.sum_squares = totals_.squares;
  double sum_a = 0;
  double same_token = same_token_sum_;  // will be the sum of z minus its row's mean
  for (std::size_t i = 0; i < m; ++i) {
    sum_a += design.frequency()[i];
    same_token -= (design.same_end()[i] - design.same_begin()[i]) * totals_.row_means[i];
  }
  At(sums.centred_products, PairTerm::kQueryByKey) = totals_.weighted;
  At(sums.centred_products, PairTerm::kDistance) = totals_.distance;
  At(sums.centred_products, PairTerm::kSameToken) = same_token;
  sums.products = sums.centred_products;
  TermVector of_means{};  // of a row's or column's mean minus the mean of all pairs
  double squares = 0;
  for (std::size_t i = 0; i < m; ++i) {
    const std::uint32_t position = design.order()[i];
    const double row = totals_.row_means[i] - totals_.mean;
    const double column = totals_.key_sums[position] / n;
    summary.row_means[position] = totals_.row_means[i];
    summary.column_means[position] = totals_.mean + column;
    squares += row * row;
    At(of_means, PairTerm::kQuery) += design.frequency()[i] * row;
    At(of_means, PairTerm::kQueryPosition) += design.position()[i] * row;
    At(of_means, PairTerm::kQuerySpecial) += design.special()[i] * row;
    At(of_means, PairTerm::kKey) += design.frequency()[i] * column;
    At(of_means, PairTerm::kKeyPosition) += design.position()[i] * column;
    At(of_means, PairTerm::kKeySpecial) += design.special()[i] * column;
    At(of_means, PairTerm::kDistance) += design.distance_sums()[i] * row;
    At(of_means, PairTerm::kSameToken) += Real(design.same_end()[i] - design.same_begin()[i]) * row;
  }
  sums.sum_squares += n * squares;
  for (const PairTerm term : {PairTerm::kQuery, PairTerm::kQueryPosition, PairTerm::kQuerySpecial,
                              PairTerm::kKey, PairTerm::kKeyPosition, PairTerm::kKeySpecial}) {
    At(sums.products, term) += n * At(of_means, term);
  }
  At(sums.products, PairTerm::kQueryByKey) += sum_a * At(of_means, PairTerm::kQuery);
  At(sums.products, PairTerm::kDistance) += At(of_means, PairTerm::kDistance);
  At(sums.products, PairTerm::kSameToken) += At(of_means, PairTerm::kSameToken);
  for (const PairTerm term : {PairTerm::kKey, PairTerm::kKeyPosition, PairTerm::kKeySpecial}) {
    At(sums.centred_products, term) = At(sums.products, term);
  }
}

void ScoreSummarizer::SetBiasSums(MatrixView<const double> bias_parts, ScoreSums& sums) const {
  const std::vector<std::uint32_t>& order = layout_->design().order();
  const auto n = Real(order.size());
  double query_sum = 0;
  double key_sum = 0;
  for (const std::uint32_t position : order) {
    query_sum += bias_parts(0, position);
    key_sum += bias_parts(1, position);
  }
  sums.query_only_mean = query_sum / n;
  sums.key_only_mean = key_sum / n;
  sums.constant = bias_parts(2, order[0]);
  double query_squares = 0;
  double key_squares = 0;
  double query_products = 0;
  double key_products = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double query_only = bias_parts(0, order[i]) - sums.query_only_mean;
    const double key_only = bias_parts(1, order[i]) - sums.key_only_mean;
    query_squares += query_only * query_only;
    key_squares += key_only * key_only;
    query_products += query_only * (totals_.row_means[i] - totals_.mean);
    key_products += key_only * totals_.key_sums[order[i]];
  }
  sums.query_only_sum_squares = n * query_squares;
  sums.key_only_sum_squares = n * key_squares;
  sums.query_only_products = n * query_products;
  sums.key_only_products = key_products;
}

ScoreSummary ScoreSummarizer::Finish(MatrixView<const double> bias_parts) {
  ZIPFLENS_CHECK(layout_ != nullptr);
  const std::size_t length = layout_->design().sequence_length();
  ZIPFLENS_CHECK(bias_parts.rows == 0 || (bias_parts.rows == 3 && bias_parts.cols == length));
  ScoreSummary summary;
  summary.row_means.assign(length, kNoNumber);
  summary.column_means.assign(length, kNoNumber);
  if (layout_->design().order().empty()) return summary;
  summer_.FinishInto(totals_);
  SetBins(summary);
  SetSums(summary);
  if (bias_parts.rows > 0) SetBiasSums(bias_parts, summary.sums);
  return summary;
}

ScoreSummary ScoreSummarizer::Summarize(MatrixView<const float> scores,
                                        MatrixView<const double> bias_parts,
                                        const PairLayout& layout) {
  const std::size_t length = layout.design().sequence_length();
  ZIPFLENS_CHECK(scores.rows == length && scores.cols == length);
  Begin(layout);
  rows_.clear();
  for (const std::uint32_t query : layout.plan().queries) rows_.push_back(scores.Row(query));
  AddRows(rows_);
  return Finish(bias_parts);
}

}  // namespace zipflens
