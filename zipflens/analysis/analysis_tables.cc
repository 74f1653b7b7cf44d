#include "zipflens/analysis/analysis_tables.h"

#include <utility>

#include "zipflens/tables/column_values.h"

namespace zipflens {

const std::vector<TableColumn>& BatchColumns() {
  static const std::vector<TableColumn> columns = {
      {"sequence", ColumnType::kInt32},        {"document", ColumnType::kInt64},
      {"offset", ColumnType::kInt64},          {"title", ColumnType::kString},
      {"position", ColumnType::kInt32},        {"token_id", ColumnType::kInt32},
      {"log_proportion", ColumnType::kDouble}, {"left_out", ColumnType::kString}};
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

std::string ProfileScoresName(Response scores) {
  return scores == Response::kScore ? "raw" : "row_centred";
}

void WriteBatch(const std::filesystem::path& path, const Batch& batch,
                const BatchFrequency& frequency) {
  TableWriter writer(path, BatchColumns(), frequency.LeftOutMetadata());
  const std::size_t length = batch.sequence_length;
  for (std::size_t i = 0; i < batch.num_sequences; ++i) {
    const auto token_ids = batch.Sequence(i);
    const auto a = frequency.Sequence(i);
    std::vector<std::string> left_out;
    left_out.reserve(length);
    for (std::size_t position = 0; position < length; ++position) {
      left_out.push_back(LeftOutName(frequency.left_out[i * length + position]));
    }
    writer.Append(
        {Repeated(length, ColumnIndex(i)), Repeated<std::int64_t>(length, batch.documents[i]),
         Repeated<std::int64_t>(length, batch.offsets[i]), Repeated(length, batch.titles[i]),
         Ascending(length), std::vector<std::int32_t>(token_ids.begin(), token_ids.end()),
         std::vector<double>(a.begin(), a.end()), std::move(left_out)});
  }
  writer.Close();
}

}  // namespace zipflens
