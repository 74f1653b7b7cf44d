#include "zipflens/analysis/sequence_tables.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "zipflens/analysis/analysis_tables.h"
#include "zipflens/probes/score_sample_probe.h"
#include "zipflens/tables/column_values.h"

namespace zipflens {
namespace {

std::string TermName(std::size_t term) { return std::string(PairTermName(EnumAt<PairTerm>(term))); }

// Calls visit(name, value) for every number of a ScoreSums, in the order of the table.
template <typename Visit>
void VisitScoreSums(const ScoreSums& sums, const Visit& visit) {
  visit("mean", sums.mean);
  visit("sum_squares", sums.sum_squares);
  visit("centred_sum_squares", sums.centred_sum_squares);
  for (std::size_t term = 0; term < kNumPairTerms; ++term) {
    visit("product_" + TermName(term), sums.products[term]);
  }
  for (std::size_t term = 0; term < kNumPairTerms; ++term) {
    visit("centred_product_" + TermName(term), sums.centred_products[term]);
  }
  visit("query_only_mean", sums.query_only_mean);
  visit("key_only_mean", sums.key_only_mean);
  visit("constant", sums.constant);
  visit("query_only_sum_squares", sums.query_only_sum_squares);
  visit("key_only_sum_squares", sums.key_only_sum_squares);
  visit("query_only_product", sums.query_only_products);
  visit("key_only_product", sums.key_only_products);
}

// Does the same for DesignSums. Of symmetric matrices it visits the upper triangle.
template <typename Visit>
void VisitDesignSums(const DesignSums& sums, const Visit& visit) {
  visit("mean_u", sums.mean_u);
  visit("sum_squares_u", sums.sum_squares_u);
  for (const bool centred : {false, true}) {
    const TermMatrix& products = centred ? sums.centred_products : sums.products;
    for (std::size_t row = 0; row < kNumPairTerms; ++row) {
      for (std::size_t col = row; col < kNumPairTerms; ++col) {
        visit(
            fmt::format("{}product_{}_{}", centred ? "centred_" : "", TermName(row), TermName(col)),
            products[row * kNumPairTerms + col]);
      }
    }
  }
}

std::vector<TableColumn> PairSumsColumns() {
  std::vector<TableColumn> columns = {{"sequence", ColumnType::kInt32},
                                      {"layer", ColumnType::kInt32},
                                      {"head", ColumnType::kInt32},
                                      {"num_pairs", ColumnType::kInt64}};
  VisitScoreSums(ScoreSums(), [&columns](const std::string& name, double) {
    columns.push_back({name, ColumnType::kDouble});
  });
  return columns;
}

std::vector<TableColumn> DesignSumsColumns() {
  std::vector<TableColumn> columns = {{"sequence", ColumnType::kInt32},
                                      {"num_tokens", ColumnType::kInt64}};
  VisitDesignSums(DesignSums(), [&columns](const std::string& name, double) {
    columns.push_back({name, ColumnType::kDouble});
  });
  return columns;
}

}  // namespace

SequenceTables::SequenceTables(const std::filesystem::path& folder, std::vector<int> layers,
                               std::size_t num_heads, const TableMetadata& metadata)
    : layers_(std::move(layers)),
      num_heads_(num_heads),
      adjustments_(folder / kAdjustmentsTable, AdjustmentsColumns(), metadata),
      profiles_(folder / kProfilesTable, ProfilesColumns(), metadata),
      score_samples_(folder / kScoreSamplesTable, ScoreSamplesColumns(), metadata),
      pair_sums_(folder / kPairSumsTable, PairSumsColumns(), metadata),
      design_sums_(folder / kDesignSumsTable, DesignSumsColumns(), metadata) {}

void SequenceTables::Append(std::size_t sequence_idx, const SequenceSummary& summary,
                            const FrequencySummary& scores,
                            std::span<const double> log_proportions) {
  const std::size_t length = log_proportions.size();
  const std::vector<std::int32_t> positions = Ascending(length);
  for (std::size_t layer_idx = 0; layer_idx < layers_.size(); ++layer_idx) {
    const auto norms = std::span(summary.log_norms).subspan(layer_idx * length, length);
    adjustments_.Append({Repeated(length, ColumnIndex(sequence_idx)), positions,
                         Repeated(length, layers_[layer_idx]),
                         std::vector<float>(norms.begin(), norms.end())});
  }
  AppendProfiles(sequence_idx, scores);
  AppendSamples(sequence_idx, summary, log_proportions);
  AppendSums(sequence_idx, scores);
}

void SequenceTables::AppendProfiles(std::size_t sequence_idx, const FrequencySummary& scores) {
  const PairBins& bins = scores.bins;
  const std::size_t num = bins.num_bins();
  if (num == 0) return;
  const std::vector<std::int32_t> bin_indices = Ascending(num);
  const std::vector<double> left(bins.edges().begin(), bins.edges().end() - 1);
  const std::vector<double> right(bins.edges().begin() + 1, bins.edges().end());
  const std::vector<double> centres = bins.Centres();
  const std::vector<std::int64_t> counts(bins.pairs_per_bin().begin(), bins.pairs_per_bin().end());
  const std::vector<double> none(num, kNoValue);
  std::size_t slot = 0;
  for (const int layer : layers_) {
    for (std::size_t head_slot = 0; head_slot <= num_heads_; ++head_slot, ++slot) {
      const int head = HeadOfSlot(head_slot);
      for (const Response scores_of : {Response::kScore, Response::kRowCentredScore}) {
        const BinMoments& moments = scores_of == Response::kScore
                                        ? scores.scores[slot].bins
                                        : scores.scores[slot].centred_bins;
        profiles_.Append({Repeated(num, ColumnIndex(sequence_idx)), Repeated(num, layer),
                          Repeated(num, head), Repeated(num, ProfileScoresName(scores_of)),
                          bin_indices, left, right, centres, counts, moments.mean, moments.std,
                          none, none});
      }
    }
  }
}

void SequenceTables::AppendSamples(std::size_t sequence_idx, const SequenceSummary& summary,
                                   std::span<const double> log_proportions) {
  const std::size_t length = log_proportions.size();
  for (std::size_t layer_idx = 0; layer_idx < layers_.size(); ++layer_idx) {
    const std::vector<float>& sample = summary.samples[layer_idx];
    std::vector<std::int32_t> queries, keys;
    std::vector<double> pair_log_proportions;
    queries.reserve(sample.size());
    keys.reserve(sample.size());
    pair_log_proportions.reserve(sample.size());
    for (std::size_t i = 0; i < sample.size(); ++i) {
      const std::size_t query = i * kScoreSampleStride / length;
      const std::size_t key = i * kScoreSampleStride % length;
      queries.push_back(ColumnIndex(query));
      keys.push_back(ColumnIndex(key));
      pair_log_proportions.push_back(log_proportions[query] + log_proportions[key]);
    }
    score_samples_.Append({Repeated(sample.size(), ColumnIndex(sequence_idx)),
                           Repeated(sample.size(), layers_[layer_idx]), std::move(queries),
                           std::move(keys), std::move(pair_log_proportions), sample});
  }
}

void SequenceTables::AppendSums(std::size_t sequence_idx, const FrequencySummary& scores) {
  std::size_t slot = 0;
  for (const int layer : layers_) {
    for (std::size_t head_slot = 0; head_slot <= num_heads_; ++head_slot, ++slot) {
      const ScoreSums& sums = scores.scores[slot].sums;
      std::vector<ColumnValues> row = {std::vector<std::int32_t>{ColumnIndex(sequence_idx)},
                                       std::vector<std::int32_t>{layer},
                                       std::vector<std::int32_t>{HeadOfSlot(head_slot)},
                                       Repeated<std::int64_t>(1, sums.num_pairs)};
      VisitScoreSums(sums, [&row](const std::string&, double value) {
        row.emplace_back(std::vector<double>{value});
      });
      pair_sums_.Append(row);
    }
  }
  std::vector<ColumnValues> row = {std::vector<std::int32_t>{ColumnIndex(sequence_idx)},
                                   Repeated<std::int64_t>(1, scores.design.num_tokens)};
  VisitDesignSums(scores.design, [&row](const std::string&, double value) {
    row.emplace_back(std::vector<double>{value});
  });
  design_sums_.Append(row);
}

void SequenceTables::AppendAverage(const AveragedProfile& average,
                                   std::span<const std::uint64_t> pairs_per_bin) {
  const LayerProfile& profile = average.profile;
  const std::size_t num = profile.centre.size();
  const auto or_none = [num](const std::vector<double>& values) {
    return values.size() == num ? values : std::vector<double>(num, kNoValue);
  };
  profiles_.Append({Repeated(num, std::int32_t{-1}), Repeated(num, profile.layer),
                    Repeated(num, average.head), Repeated(num, ProfileScoresName(average.scores)),
                    Ascending(num), Repeated(num, kNoValue), Repeated(num, kNoValue),
                    profile.centre,
                    std::vector<std::int64_t>(pairs_per_bin.begin(), pairs_per_bin.end()),
                    profile.mean, profile.std, or_none(profile.lower), or_none(profile.upper)});
}

void SequenceTables::Close() {
  for (TableWriter* table :
       {&adjustments_, &profiles_, &score_samples_, &pair_sums_, &design_sums_}) {
    table->Close();
  }
}

}  // namespace zipflens
