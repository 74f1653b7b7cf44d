#include "zipflens/analysis/statistics_tables.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "zipflens/analysis/row_table.h"

namespace zipflens {

using row_table::ColumnsOf;
using row_table::ReadRows;
using row_table::ValuesOf;
using row_table::WriteRows;

namespace {

// Calls visit(name, member) for every column of a row, in the order of the table. Writing and
// reading share this list.
template <typename Row, typename Visit>
void VisitCorrelation(Row& row, const Visit& visit) {
  visit("measure", row.measure);
  visit("layer", row.layer);
  visit("head", row.head);
  visit("sequence", row.sequence);
  visit("estimate", row.estimate);
  visit("lower", row.lower);
  visit("upper", row.upper);
  visit("p", row.p);
  visit("q", row.q);
  visit("n", row.n);
  visit("method", row.method);
  visit("family", row.family);
  visit("counts", row.counts);
}

template <typename Row, typename Visit>
void VisitSlope(Row& row, const Visit& visit) {
  visit("response", row.response);
  visit("term", row.term);
  visit("layer", row.layer);
  visit("head", row.head);
  visit("estimate", row.estimate);
  visit("standard_error", row.standard_error);
  visit("lower", row.lower);
  visit("upper", row.upper);
  visit("cluster_p", row.cluster_p);
  visit("cluster_q", row.cluster_q);
  visit("family", row.family);
  visit("type_estimate", row.type_estimate);
  visit("type_p", row.type_p);
  visit("type_q", row.type_q);
  visit("n", row.n);
  visit("clusters", row.clusters);
  visit("counts", row.counts);
}

template <typename Row, typename Visit>
void VisitExplained(Row& row, const Visit& visit) {
  visit("response", row.response);
  visit("terms", row.terms);
  visit("layer", row.layer);
  visit("head", row.head);
  visit("estimate", row.estimate);
  visit("lower", row.lower);
  visit("upper", row.upper);
  visit("n", row.n);
  visit("counts", row.counts);
}

template <typename Row, typename Visit>
void VisitSplit(Row& row, const Visit& visit) {
  visit("layer", row.layer);
  visit("head", row.head);
  visit("part", row.part);
  visit("mean", row.mean);
  visit("variance", row.variance);
  visit("share", row.share);
}

template <typename Row, typename Visit>
void VisitType(Row& row, const Visit& visit) {
  visit("id", row.id);
  visit("count", row.count);
  visit("log_proportion", row.log_proportion);
  visit("occurrences", row.occurrences);
  visit("layer", row.layer);
  visit("mean_log_norm", row.mean_log_norm);
  visit("mean_row_score", row.mean_row_score);
  visit("mean_column_score", row.mean_column_score);
}

// Wraps function templates in objects, so that they can be passed as arguments.
constexpr auto kCorrelation = [](auto& row, const auto& visit) { VisitCorrelation(row, visit); };
constexpr auto kSlope = [](auto& row, const auto& visit) { VisitSlope(row, visit); };
constexpr auto kExplained = [](auto& row, const auto& visit) { VisitExplained(row, visit); };
constexpr auto kSplit = [](auto& row, const auto& visit) { VisitSplit(row, visit); };
constexpr auto kType = [](auto& row, const auto& visit) { VisitType(row, visit); };
constexpr auto kEveryRow = [](const auto&) { return true; };

}  // namespace

void WriteCorrelations(const std::filesystem::path& folder, const std::vector<Correlation>& rows,
                       const TableMetadata& metadata) {
  WriteRows(folder / kCorrelationsTable, rows, kCorrelation, metadata);
}

void WriteSlopes(const std::filesystem::path& folder, const std::vector<Slope>& rows,
                 const TableMetadata& metadata) {
  WriteRows(folder / kSlopesTable, rows, kSlope, metadata);
}

void WriteExplained(const std::filesystem::path& folder, const std::vector<Explained>& rows,
                    const TableMetadata& metadata) {
  WriteRows(folder / kExplainedTable, rows, kExplained, metadata);
}

void WriteSplit(const std::filesystem::path& folder, const std::vector<SplitShare>& rows,
                const TableMetadata& metadata) {
  WriteRows(folder / kSplitTable, rows, kSplit, metadata);
}

void WriteTypes(const std::filesystem::path& folder, const std::vector<TypeRow>& rows,
                const std::vector<std::string>& tokens, const TableMetadata& metadata) {
  std::vector<TableColumn> columns = ColumnsOf<TypeRow>(kType);
  std::vector<ColumnValues> values = ValuesOf(rows, kType);
  std::vector<std::string> token;
  token.reserve(rows.size());
  for (const TypeRow& row : rows) token.push_back(tokens[row.id]);
  columns.insert(columns.begin() + 1, {"token", ColumnType::kString});
  values.insert(values.begin() + 1, std::move(token));
  TableWriter writer(folder / kTypesTable, columns, metadata);
  writer.Append(values);
  writer.Close();
}

Findings ReadFindings(const std::filesystem::path& folder, const std::vector<int>& type_layers,
                      std::uint64_t* num_type_rows) {
  std::uint64_t num_rows = 0;
  Findings findings = {
      .correlations = ReadRows<Correlation>(folder / kCorrelationsTable, kCorrelation, kEveryRow),
      .slopes = ReadRows<Slope>(folder / kSlopesTable, kSlope, kEveryRow),
      .explained = ReadRows<Explained>(folder / kExplainedTable, kExplained, kEveryRow),
      .splits = ReadRows<SplitShare>(folder / kSplitTable, kSplit, kEveryRow),
      .types = ReadRows<TypeRow>(folder / kTypesTable, kType, [&](const TypeRow& row) {
        ++num_rows;
        return std::find(type_layers.begin(), type_layers.end(), row.layer) != type_layers.end();
      })};
  if (num_type_rows != nullptr) *num_type_rows = num_rows;
  return findings;
}

}  // namespace zipflens
