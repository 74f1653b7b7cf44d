#include "zipflens/study/study_tables.h"

#include <limits>
#include <numeric>
#include <utility>

namespace zipflens {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

template <typename T>
std::vector<T> Repeated(std::size_t num, T value) {
  return std::vector<T>(num, value);
}

// 0, 1, ..., num - 1.
std::vector<std::int32_t> Ascending(std::size_t num) {
  std::vector<std::int32_t> values(num);
  std::iota(values.begin(), values.end(), 0);
  return values;
}

}  // namespace

const std::vector<TableColumn>& TokenCountsColumns() {
  static const std::vector<TableColumn> columns = {{"id", ColumnType::kInt32},
                                                   {"token", ColumnType::kString},
                                                   {"count", ColumnType::kInt64},
                                                   {"proportion", ColumnType::kDouble},
                                                   {"log_proportion", ColumnType::kDouble}};
  return columns;
}

const std::vector<TableColumn>& BatchColumns() {
  static const std::vector<TableColumn> columns = {{"sequence", ColumnType::kInt32},
                                                   {"document", ColumnType::kInt64},
                                                   {"title", ColumnType::kString},
                                                   {"position", ColumnType::kInt32},
                                                   {"token_id", ColumnType::kInt32}};
  return columns;
}

const std::vector<TableColumn>& AdjustmentsColumns() {
  static const std::vector<TableColumn> columns = {{"sequence", ColumnType::kInt32},
                                                   {"position", ColumnType::kInt32},
                                                   {"layer", ColumnType::kInt32},
                                                   {"log_norm", ColumnType::kFloat}};
  return columns;
}

const std::vector<TableColumn>& ProfilesColumns() {
  static const std::vector<TableColumn> columns = {
      {"sequence", ColumnType::kInt32}, {"layer", ColumnType::kInt32},
      {"head", ColumnType::kInt32},     {"scores", ColumnType::kString},
      {"bin", ColumnType::kInt32},      {"left", ColumnType::kDouble},
      {"right", ColumnType::kDouble},   {"centre", ColumnType::kDouble},
      {"n", ColumnType::kInt64},        {"mean", ColumnType::kDouble},
      {"std", ColumnType::kDouble},     {"lower", ColumnType::kDouble},
      {"upper", ColumnType::kDouble}};
  return columns;
}

const std::vector<TableColumn>& ScoreSamplesColumns() {
  static const std::vector<TableColumn> columns = {{"sequence", ColumnType::kInt32},
                                                   {"layer", ColumnType::kInt32},
                                                   {"query", ColumnType::kInt32},
                                                   {"key", ColumnType::kInt32},
                                                   {"pair_log_proportion", ColumnType::kDouble},
                                                   {"score", ColumnType::kFloat}};
  return columns;
}

void WriteTokenCounts(const std::filesystem::path& path, const Tokenizer& tokenizer,
                      const TokenCounts& counts, Smoothing smoothing) {
  std::vector<std::int32_t> ids = Ascending(counts.counts.size());
  std::vector<std::string> tokens;
  tokens.reserve(ids.size());
  for (const std::int32_t id : ids) tokens.push_back(tokenizer.Token(id));
  std::vector<std::int64_t> values(counts.counts.begin(), counts.counts.end());
  TableWriter writer(path, TokenCountsColumns());
  writer.Append({std::move(ids), std::move(tokens), std::move(values),
                 Proportions(counts, smoothing), LogProportions(counts, smoothing)});
  writer.Close();
}

void WriteBatch(const std::filesystem::path& path, const Batch& batch) {
  TableWriter writer(path, BatchColumns());
  const auto length = static_cast<std::size_t>(batch.sequence_length);
  for (int sequence_idx = 0; sequence_idx < batch.num_sequences; ++sequence_idx) {
    const auto token_ids = batch.Sequence(sequence_idx);
    const auto i = static_cast<std::size_t>(sequence_idx);
    writer.Append({Repeated(length, sequence_idx),
                   Repeated(length, static_cast<std::int64_t>(batch.documents[i])),
                   Repeated(length, batch.titles[i]), Ascending(length),
                   std::vector<std::int32_t>(token_ids.begin(), token_ids.end())});
  }
  writer.Close();
}

SequenceTables::SequenceTables(const std::filesystem::path& folder, std::vector<int> layers)
    : layers_(std::move(layers)),
      adjustments_(folder / kAdjustmentsTable, AdjustmentsColumns()),
      profiles_(folder / kProfilesTable, ProfilesColumns()),
      score_samples_(folder / kScoreSamplesTable, ScoreSamplesColumns()) {}

void SequenceTables::Append(int sequence_idx, const SequenceSummary& summary,
                            std::span<const double> log_proportions) {
  const std::size_t length = log_proportions.size();
  const PairBins& bins = summary.bins;
  const std::vector<std::int32_t> positions = Ascending(length);
  const std::vector<std::int32_t> bin_indices = Ascending(bins.num_bins());

  for (std::size_t layer_idx = 0; layer_idx < layers_.size(); ++layer_idx) {
    const std::int32_t layer = layers_[layer_idx];
    const auto norms = summary.log_norms.begin() + static_cast<std::ptrdiff_t>(layer_idx * length);
    adjustments_.Append({Repeated(length, sequence_idx), positions, Repeated(length, layer),
                         std::vector<float>(norms, norms + static_cast<std::ptrdiff_t>(length))});

    const ScoreProfile& profile = summary.profiles[layer_idx];
    const std::size_t num = bins.num_bins();
    if (num > 0) {
      profiles_.Append(
          {Repeated(num, sequence_idx), Repeated(num, layer), Repeated(num, std::int32_t{-1}),
           Repeated(num, std::string("raw")), bin_indices,
           std::vector<double>(bins.edges().begin(), bins.edges().end() - 1),
           std::vector<double>(bins.edges().begin() + 1, bins.edges().end()), bins.Centres(),
           std::vector<std::int64_t>(bins.pair_counts().begin(), bins.pair_counts().end()),
           profile.bins.mean, profile.bins.std, Repeated(num, kNone), Repeated(num, kNone)});
    }

    const std::size_t num_samples = profile.sample.size();
    std::vector<std::int32_t> queries, keys;
    std::vector<double> pair_log_proportions;
    for (std::size_t i = 0; i < num_samples; ++i) {
      const std::size_t flat = i * kScoreSampleStride;
      queries.push_back(static_cast<std::int32_t>(flat / length));
      keys.push_back(static_cast<std::int32_t>(flat % length));
      pair_log_proportions.push_back(log_proportions[flat / length] +
                                     log_proportions[flat % length]);
    }
    score_samples_.Append({Repeated(num_samples, sequence_idx), Repeated(num_samples, layer),
                           std::move(queries), std::move(keys), std::move(pair_log_proportions),
                           profile.sample});
  }
}

void SequenceTables::AppendAverage(const LayerProfile& profile,
                                   std::span<const std::uint64_t> pair_counts) {
  const std::size_t num = profile.centre.size();
  profiles_.Append({Repeated(num, std::int32_t{-1}), Repeated(num, std::int32_t{profile.layer}),
                    Repeated(num, std::int32_t{-1}), Repeated(num, std::string("raw")),
                    Ascending(num), Repeated(num, kNone), Repeated(num, kNone), profile.centre,
                    std::vector<std::int64_t>(pair_counts.begin(), pair_counts.end()), profile.mean,
                    profile.std, profile.lower.empty() ? Repeated(num, kNone) : profile.lower,
                    profile.upper.empty() ? Repeated(num, kNone) : profile.upper});
}

void SequenceTables::Close() {
  adjustments_.Close();
  profiles_.Close();
  score_samples_.Close();
}

}  // namespace zipflens
