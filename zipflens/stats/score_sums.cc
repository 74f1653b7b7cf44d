#include "zipflens/stats/score_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "zipflens/base/check.h"

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

// What one score matrix leaves by pair that is not by row or column.
struct ScoreSummarizer::PairTotals {
  double centred_squares = 0;
  double query_by_key = 0;  // of term times score less its row's mean
  double distance = 0;
  double same_token = 0;
};

void ScoreSummarizer::SumMatrix(MatrixView<const float> scores, const PairLayout& layout) {
  const PairMatrixPlan plan = layout.plan();
  const std::size_t m = plan.queries.size();
  const std::size_t padded = PaddedKeys(scores.cols);
  row_sums_.resize(scores.rows);
  PairMatrixSummer::RowSumsInto(scores, plan, row_sums_);
  row_means_.resize(m);
  mean_ = 0;
  for (std::size_t i = 0; i < m; ++i) {
    row_means_[i] = row_sums_[plan.queries[i]] / static_cast<double>(m);
    mean_ += row_means_[i] / static_cast<double>(m);
  }
  offsets_.resize(m);
  for (std::size_t i = 0; i < m; ++i) offsets_[i] = row_means_[i] - mean_;
  key_sums_.resize(4 * padded);
  const std::size_t num_edges = plan.lookups->num_edges();
  edge_sums_.resize(3 * num_edges);
  const auto key = [&](std::size_t sum) {
    return std::span(key_sums_).subspan(sum * padded, padded);
  };
  const auto edge = [&](std::size_t sum) {
    return std::span(edge_sums_).subspan(sum * num_edges, num_edges);
  };
  summer_.Sum(scores, plan, row_means_, offsets_, {key(0), key(1), key(2), key(3)},
              {edge(0), edge(1), edge(2)});
}

ScoreSummarizer::PairTotals ScoreSummarizer::AddUp(MatrixView<const float> scores,
                                                   const PairDesign& design) const {
  const std::vector<std::uint32_t>& order = design.order();
  const std::size_t padded = PaddedKeys(scores.cols);
  PairTotals totals;
  for (std::size_t i = 0; i < order.size(); ++i) {
    totals.centred_squares += key_sums_[padded + order[i]];
    totals.query_by_key += design.frequency()[i] * key_sums_[2 * padded + order[i]];
    totals.distance += key_sums_[3 * padded + order[i]];
    const float* row = scores.Row(order[i]);
    for (std::size_t k = design.same_begin()[i]; k < design.same_end()[i]; ++k) {
      totals.same_token += row[order[k]] - row_means_[i];
    }
  }
  return totals;
}

// With x = z less its row's mean and the row's offset from the mean of all, z - mean = x + offset.
void ScoreSummarizer::SetBins(const PairLayout& layout, double centred_squares,
                              ScoreSummary& summary) const {
  const PairBins& bins = layout.bins();
  const std::size_t num_bins = bins.num_bins();
  const std::size_t num_edges = num_bins - 1;
  // A row's x add up to zero, whatever they are multiplied by.
  const std::array<double, 3> last = {0.0, centred_squares, 0.0};
  std::vector<double> cells(5 * num_bins, 0.0);
  const auto part = [&](std::size_t idx) {
    return std::span(cells).subspan(idx * num_bins, num_bins);
  };
  for (std::size_t sum = 0; sum < 3; ++sum) {
    double before = 0;
    for (std::size_t bin = 0; bin < num_bins; ++bin) {
      const double up_to = bin < num_edges ? edge_sums_[sum * num_edges + bin] : last[sum];
      part(sum)[bin] = up_to - before;
      before = up_to;
    }
  }
  std::size_t i = 0;
  for (std::size_t group = 0; group < layout.group_ends().size(); ++group) {
    double offset = 0;
    double offset_square = 0;
    for (; i < layout.group_ends()[group]; ++i) {
      offset += offsets_[i];
      offset_square += offsets_[i] * offsets_[i];
    }
    const std::span<const double> counts = layout.KeyCounts(group);
    for (std::size_t bin = 0; bin < num_bins; ++bin) {
      part(3)[bin] += counts[bin] * offset;
      part(4)[bin] += counts[bin] * offset_square;
    }
  }
  summary.centred_bins = Finish(part(0), part(1), /*pivot=*/0.0, bins.pair_counts());
  for (std::size_t bin = 0; bin < num_bins; ++bin) {
    part(1)[bin] += 2 * part(2)[bin] + part(4)[bin];
    part(0)[bin] += part(3)[bin];
  }
  summary.bins = Finish(part(0), part(1), mean_, bins.pair_counts());
}

ScoreSummary ScoreSummarizer::Summarize(MatrixView<const float> scores,
                                        MatrixView<const double> bias_parts,
                                        const PairLayout& layout) {
  const PairDesign& design = layout.design();
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::uint32_t>& order = design.order();
  const std::size_t m = order.size();
  const std::size_t length = design.sequence_length();
  ZIPFLENS_CHECK(scores.rows == length && scores.cols == length);
  ZIPFLENS_CHECK(bias_parts.rows == 0 || (bias_parts.rows == 3 && bias_parts.cols == length));
  ScoreSummary summary;
  summary.row_means.assign(length, kNone);
  summary.column_means.assign(length, kNone);
  if (m == 0) return summary;
  const auto n = static_cast<double>(m);
  SumMatrix(scores, layout);
  const PairTotals totals = AddUp(scores, design);
  if (layout.bins().num_bins() > 0) SetBins(layout, totals.centred_squares, summary);

  ScoreSums& sums = summary.sums;
  sums.num_pairs = m * m;
  sums.mean = mean_;
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
    const double row = offsets_[i];
    const double column = key_sums_[order[i]] / n;
    const double same_tokens = design.same_end()[i] - design.same_begin()[i];
    summary.row_means[order[i]] = row_means_[i];
    summary.column_means[order[i]] = mean_ + column;
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
    sums.query_only_products += n * query_only * offsets_[i];
    sums.key_only_products += n * key_only * (key_sums_[order[i]] / n);
  }
  return summary;
}

}  // namespace zipflens
