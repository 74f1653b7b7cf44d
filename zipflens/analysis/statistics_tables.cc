#include "zipflens/analysis/statistics_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/base/numbers.h"
#include "zipflens/tables/table_reader.h"
#include "zipflens/tables/table_writer.h"

namespace zipflens {
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

// Returns the value stored in a column for a member; an enum is stored by its name.
template <typename Member>
using Stored = std::conditional_t<
    std::is_same_v<Member, int>, std::int32_t,
    std::conditional_t<std::is_same_v<Member, std::uint64_t>, std::int64_t,
                       std::conditional_t<std::is_enum_v<Member>, std::string, Member>>>;

std::string_view NameOf(Measure value) { return MeasureName(value); }
std::string_view NameOf(CorrelationMethod value) { return MethodName(value); }
std::string_view NameOf(CountSource value) { return CountSourceName(value); }
std::string_view NameOf(Response value) { return ResponseName(value); }
std::string_view NameOf(PairTerm value) { return PairTermName(value); }
std::string_view NameOf(FrequencyTerms value) { return FrequencyTermsName(value); }
std::string_view NameOf(SplitPart value) { return SplitPartName(value); }

template <typename Enum>
constexpr std::size_t kNumValues = 0;
template <>
constexpr std::size_t kNumValues<Measure> = kNumMeasures;
template <>
constexpr std::size_t kNumValues<CorrelationMethod> = 2;
template <>
constexpr std::size_t kNumValues<CountSource> = 3;
template <>
constexpr std::size_t kNumValues<Response> = 2;
template <>
constexpr std::size_t kNumValues<PairTerm> = kNumPairTerms;
template <>
constexpr std::size_t kNumValues<FrequencyTerms> = kNumFrequencyTerms;
template <>
constexpr std::size_t kNumValues<SplitPart> = kNumSplitParts;

template <typename Member>
Stored<Member> ToStored(const Member& member) {
  if constexpr (std::is_enum_v<Member>) {
    return std::string(NameOf(member));
  } else {
    return member;
  }
}

// Converts a stored value back to a member. Throws InputError if no value of the enum has that
// name.
template <typename Member>
Member FromStored(const Stored<Member>& stored, const std::filesystem::path& path,
                  const char* column) {
  if constexpr (std::is_enum_v<Member>) {
    static_assert(kNumValues<Member> > 0);
    for (std::size_t i = 0; i < kNumValues<Member>; ++i) {
      if (NameOf(EnumAt<Member>(i)) == stored) return EnumAt<Member>(i);
    }
    throw InputError({.source = path.string(),
                      .place = fmt::format("column {}", column),
                      .found = "\"" + stored + "\"",
                      .expected = "a name that docs/outputs.md lists"});
  } else {
    return stored;
  }
}

template <typename Member>
constexpr ColumnType ColumnTypeOf() {
  if constexpr (std::is_same_v<Member, int>) return ColumnType::kInt32;
  if constexpr (std::is_same_v<Member, std::uint64_t>) return ColumnType::kInt64;
  if constexpr (std::is_same_v<Stored<Member>, std::string>) return ColumnType::kString;
  return ColumnType::kDouble;
}

// `visit_row(row, visit)` is one of the functions above.
template <typename Row, typename VisitRow>
std::vector<TableColumn> ColumnsOf(const VisitRow& visit_row) {
  std::vector<TableColumn> columns;
  Row row;
  visit_row(row, [&columns](const char* name, const auto& member) {
    columns.push_back({name, ColumnTypeOf<std::decay_t<decltype(member)>>()});
  });
  return columns;
}

template <typename Row, typename VisitRow>
std::vector<ColumnValues> ValuesOf(const std::vector<Row>& rows, const VisitRow& visit_row) {
  std::vector<ColumnValues> values;
  const Row empty;
  visit_row(empty, [&](const char*, const auto& member) {
    std::vector<Stored<std::decay_t<decltype(member)>>> column;
    column.reserve(rows.size());
    values.emplace_back(std::move(column));
  });
  for (const Row& row : rows) {
    std::size_t column_idx = 0;
    visit_row(row, [&](const char*, const auto& member) {
      using T = Stored<std::decay_t<decltype(member)>>;
      std::get<std::vector<T>>(values[column_idx++]).push_back(ToStored(member));
    });
  }
  return values;
}

template <typename Row, typename VisitRow>
void WriteRows(const std::filesystem::path& path, const std::vector<Row>& rows,
               const VisitRow& visit_row, const TableMetadata& metadata) {
  TableWriter writer(path, ColumnsOf<Row>(visit_row), metadata);
  writer.Append(ValuesOf(rows, visit_row));
  writer.Close();
}

template <typename Row, typename VisitRow, typename Keep>
std::vector<Row> ReadRows(const std::filesystem::path& path, const VisitRow& visit_row,
                          const Keep& keep) {
  std::vector<Row> rows;
  ReadTable(path, ColumnsOf<Row>(visit_row), [&](const ReadColumns& block) {
    const std::size_t num_rows =
        std::visit([](const auto& values) { return values.size(); }, block.front());
    for (std::size_t i = 0; i < num_rows; ++i) {
      Row row;
      std::size_t column_idx = 0;
      visit_row(row, [&](const char* name, auto& member) {
        using Member = std::decay_t<decltype(member)>;
        const auto& column = std::get<std::vector<Stored<Member>>>(block[column_idx++]);
        member = FromStored<Member>(column[i], path, name);
      });
      if (keep(row)) rows.push_back(std::move(row));
    }
  });
  return rows;
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
