#include "zipflens/study/loaded_study_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "zipflens/analysis/analysis_tables.h"
#include "zipflens/analysis/control_tables.h"
#include "zipflens/analysis/statistics_tables.h"
#include "zipflens/base/error.h"
#include "zipflens/probes/score_sample_probe.h"
#include "zipflens/stats/pair_design.h"
#include "zipflens/stats/pair_estimates.h"

namespace zipflens {
namespace {

constexpr std::uint64_t kPairMeasures = 5;  // bin_mean, bin_std, bin_mean_row_centred, pair, ...
constexpr std::uint64_t kBinMeasures = 3;   // of single sequences
constexpr std::uint64_t kResponses = 2;
constexpr std::uint64_t kMethods = 2;
constexpr std::uint64_t kTypeMeasures = 3;  // type_log_norm, type_row_score, type_column_score

/// B, S, L, H and further dimensions, as factors of numbers of rows.
struct Numbers {
  explicit Numbers(const StudyInfo& info)
      : sequences(info.num_sequences),
        length(info.sequence_length),
        bins(info.options.num_bins),
        layers(info.options.layers.size()),
        slots(info.shape.num_heads + 1),
        // A null study has only one source of counts, that of the study to which it belongs.
        sources(info.counts_source() == CountSource::kCorpus || info.null_kind != NullKind::kNone
                    ? 1
                    : 2) {}

  std::uint64_t sequences;
  std::uint64_t length;
  std::uint64_t bins;
  std::uint64_t layers;
  std::uint64_t slots;    // 1 (the mean over heads) + heads
  std::uint64_t sources;  // number of sources of counts
};

void CheckCounts(const Study& result, const std::filesystem::path& table) {
  const std::uint64_t total =
      std::accumulate(result.counts.begin(), result.counts.end(), std::uint64_t{0});
  if (total == result.info.tokens_counted) return;
  RefuseTable(table, fmt::format("counts that sum up to {}", total),
              fmt::format("{}, the tokens_counted of study.json", result.info.tokens_counted));
}

void CheckBatch(const Study& result, const Numbers& numbers, const std::filesystem::path& table) {
  RequireRows(table, result.token_ids.size(), numbers.sequences * numbers.length,
              "num_sequences x sequence_length of study.json");
  for (const std::int32_t id : result.token_ids) {
    if (id >= 0 && std::cmp_less(id, result.tokens.size())) continue;
    RefuseTable(table, fmt::format("token_id {}", id),
                fmt::format("0 to {}, the ids of {}", result.tokens.size() - 1, kTokenCountsTable));
  }
  const std::uint64_t left_out =
      std::count_if(result.log_proportions.begin(), result.log_proportions.end(),
                    [](double a) { return std::isnan(a); });
  if (left_out == result.info.left_out_tokens) return;
  RefuseTable(table, fmt::format("{} tokens without log_proportion", left_out),
              fmt::format("{}, the left_out_tokens of study.json", result.info.left_out_tokens));
}

void CheckProfiles(const Study& result, const Numbers& numbers,
                   const std::filesystem::path& table) {
  const std::vector<std::size_t>& merged = result.info.merged_sequences;
  for (std::size_t s = 0; s < result.profile_bins.size(); ++s) {
    const bool is_merged = std::binary_search(merged.begin(), merged.end(), s);
    const std::size_t found = result.profile_bins[s].size();
    if (is_merged ? found < numbers.bins : found == numbers.bins) continue;
    RefuseTable(table, fmt::format("{} bins of sequence {}", found, s),
                is_merged ? fmt::format("fewer than {}, as study.json says", numbers.bins)
                          : std::to_string(numbers.bins));
  }
  for (const auto* profiles : {&result.layer_profiles, &result.row_centred_profiles}) {
    RequireRows(table, profiles->size(), numbers.layers, "averages for every layer studied");
    for (const LayerProfile& profile : *profiles) {
      RequireRows(table, profile.centre.size(), numbers.bins,
                  fmt::format("averaged bins of layer {}", profile.layer));
    }
  }
}

/// The rows of the layers and heads that are not shown are there, too.
void CheckAllRows(const Study& result, const Numbers& numbers, const TableRows& rows,
                  const std::filesystem::path& folder) {
  RequireRows(folder / kAdjustmentsTable, rows.adjustments,
              numbers.layers * numbers.sequences * numbers.length,
              "the tokens of the batch in every layer");
  RequireRows(folder / kScoreSamplesTable, rows.score_samples,
              numbers.layers * result.score_sample.score.size(),
              "the sampled pairs of every layer");
  std::uint64_t num_bins = numbers.bins;  // those of the averages
  for (const std::vector<ProfileBin>& bins : result.profile_bins) num_bins += bins.size();
  constexpr std::uint64_t kScores = 2;  // raw, row-centred
  RequireRows(folder / kProfilesTable, rows.profiles,
              numbers.layers * numbers.slots * kScores * num_bins,
              "the bins of every sequence and of the averages, in every layer and head");
}

bool IsStudied(const StudyInfo& info, int layer) {
  return std::binary_search(info.options.layers.begin(), info.options.layers.end(), layer);
}

template <typename Row>
void CheckLayerAndHead(const StudyInfo& info, const std::vector<Row>& rows,
                       const std::filesystem::path& table) {
  for (const Row& row : rows) {
    if (IsStudied(info, row.layer) && row.head >= -1 &&
        std::cmp_less(row.head, info.shape.num_heads))
      continue;
    RefuseTable(table, fmt::format("layer {}, head {}", row.layer, row.head),
                fmt::format("a layer studied ({}), a head from -1 to {}",
                            fmt::join(info.options.layers, ", "), info.shape.num_heads - 1));
  }
}

void CheckCorrelations(const Study& result, const Numbers& numbers,
                       const std::filesystem::path& table) {
  const std::uint64_t of_types = numbers.layers * (1 + 3 * numbers.slots) * kMethods;
  const std::uint64_t of_pairs = numbers.layers * numbers.slots * kPairMeasures;
  const std::uint64_t of_sequences = numbers.sequences * numbers.layers * kBinMeasures;
  RequireRows(table, result.correlations.size(),
              numbers.sources * (numbers.layers + of_types + of_pairs + of_sequences),
              "every measure of every layer and head");
  CheckLayerAndHead(result.info, result.correlations, table);
  for (const Correlation& row : result.correlations) {
    if (row.sequence >= -1 && std::cmp_less(row.sequence, result.info.num_sequences)) continue;
    RefuseTable(table, fmt::format("sequence {}", row.sequence),
                fmt::format("-1 to {}", result.info.num_sequences - 1));
  }
  for (std::size_t i = 0; i < kNumMeasures; ++i) {
    const auto measure = EnumAt<Measure>(i);
    RequireRows(table, result.ByLayer(measure).size(), numbers.layers,
                fmt::format("{} of every layer", MeasureName(measure)));
  }
}

void CheckExplained(const Study& result, const Numbers& numbers,
                    const std::filesystem::path& table) {
  RequireRows(table, result.explained.size(),
              numbers.sources * numbers.layers * numbers.slots * kResponses * kNumFrequencyTerms,
              "every response and every set of terms in every layer and head");
  CheckLayerAndHead(result.info, result.explained, table);
  std::set<std::tuple<CountSource, Response, FrequencyTerms, int, int>> found;
  for (const Explained& row : result.explained) {
    if (!std::isnan(row.estimate) && !(row.estimate >= 0 && row.estimate <= 1)) {
      RefuseTable(table, fmt::format("estimate {}", row.estimate), "a share, 0 to 1");
    }
    if (found.emplace(row.counts, row.response, row.terms, row.layer, row.head).second) continue;
    RefuseTable(table,
                fmt::format("two rows of {}, {}, layer {}, head {}", ResponseName(row.response),
                            FrequencyTermsName(row.terms), row.layer, row.head),
                "one");
  }
}

void CheckTypes(const Study& result, const Numbers& numbers, std::uint64_t num_types_rows,
                const std::filesystem::path& table) {
  std::set<std::int32_t> types;
  for (std::size_t i = 0; i < result.token_ids.size(); ++i) {
    if (!std::isnan(result.log_proportions[i])) types.insert(result.token_ids[i]);
  }
  RequireRows(table, num_types_rows, numbers.layers * types.size(),
              "token types of the batch in every layer");
  for (const TypeRow& row : result.types) {
    if (types.contains(row.id)) continue;
    RefuseTable(table, fmt::format("id {}", row.id), "a token of the batch that takes part");
  }
  RequireRows(table, result.types.size(), result.info.adjustment_layers.size() * types.size(),
              "token types of the batch in the layers shown");
}

}  // namespace

void RefuseTable(const std::filesystem::path& table, const std::string& found,
                 const std::string& expected) {
  throw InputError({.source = table.string(),
                    .found = found,
                    .expected = expected + "; the table is not the one that the study wrote"});
}

void RequireRows(const std::filesystem::path& table, std::uint64_t found, std::uint64_t expected,
                 const std::string& of_what) {
  if (found == expected) return;
  RefuseTable(table, fmt::format("{} rows", found), fmt::format("{}: {}", expected, of_what));
}

void CheckSequences(const Study& result, const TableRows& rows,
                    const std::filesystem::path& folder) {
  const Numbers numbers(result.info);
  CheckCounts(result, folder / kTokenCountsTable);
  CheckBatch(result, numbers, folder / kBatchTable);
  for (const LayerAdjustments& adjustments : result.adjustments) {
    RequireRows(folder / kAdjustmentsTable, adjustments.log_norm.size(),
                numbers.sequences * numbers.length,
                fmt::format("the tokens of the batch in layer {}", adjustments.layer));
  }
  const std::uint64_t pairs = numbers.length * numbers.length;
  RequireRows(folder / kScoreSamplesTable, result.score_sample.score.size(),
              numbers.sequences * ((pairs + kScoreSampleStride - 1) / kScoreSampleStride),
              fmt::format("every {}th pair of each sequence in layer {}", kScoreSampleStride,
                          result.score_sample.layer));
  CheckProfiles(result, numbers, folder / kProfilesTable);
  CheckAllRows(result, numbers, rows, folder);
}

void CheckStatistics(const Study& result, std::uint64_t num_types_rows,
                     const std::filesystem::path& folder) {
  const Numbers numbers(result.info);
  CheckCorrelations(result, numbers, folder / kCorrelationsTable);
  RequireRows(folder / kSlopesTable, result.slopes.size(),
              numbers.sources * numbers.layers * numbers.slots * kResponses * kNumPairTerms,
              "every term of every layer and head");
  CheckLayerAndHead(result.info, result.slopes, folder / kSlopesTable);
  CheckExplained(result, numbers, folder / kExplainedTable);
  RequireRows(folder / kSplitTable, result.splits.size(),
              numbers.layers * numbers.slots * kNumSplitParts,
              "every part of every layer and head");
  CheckLayerAndHead(result.info, result.splits, folder / kSplitTable);
  CheckTypes(result, numbers, num_types_rows, folder / kTypesTable);
}

void CheckControls(const Study& result, std::uint64_t num_draw_rows,
                   const std::filesystem::path& folder) {
  const Numbers numbers(result.info);
  std::uint64_t num_replicated = 0;
  std::uint64_t num_tested = 0;  // under the null hypothesis
  for (const Correlation& row : result.correlations) {
    if (row.head == -1 && row.counts == result.info.counts_source()) ++num_tested;
    if (row.sequence == -1 && (row.head == -1 || !IsOverTypes(row.measure))) ++num_replicated;
  }
  RequireRows(folder / kReplicationTable, result.replication.size(), num_replicated,
              "the correlations over all sequences, of types only for the mean over heads");
  CheckLayerAndHead(result.info, result.replication, folder / kReplicationTable);
  RequireRows(folder / kPartialTable, result.partial.size(),
              numbers.sources * numbers.layers * kTypeMeasures,
              "every type measure of every layer");
  if (result.info.null_kind != NullKind::kNone) return;
  RequireRows(folder / kReliabilityTable, result.reliability.size(), numbers.sources,
              "one per source of counts");
  if (result.info.options.num_null_draws == 0) return;
  RequireRows(folder / kNullTestsTable, result.null_tests.size(), num_tested,
              "the correlations for the mean over heads");
  RequireRows(folder / kNullDrawsTable, num_draw_rows,
              num_tested * result.info.options.num_null_draws,
              "those correlations in every draw of study.json's num_null_draws");
}

}  // namespace zipflens
