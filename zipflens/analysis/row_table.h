// Tables whose rows are structs: one list of a struct's columns serves writing and reading. Of use
// only to the files of this room that write such tables.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "zipflens/analysis/findings.h"
#include "zipflens/base/error.h"
#include "zipflens/base/numbers.h"
#include "zipflens/tables/table_reader.h"
#include "zipflens/tables/table_writer.h"

namespace zipflens::row_table {

// Returns the value stored in a column for a member; an enum is stored by its name.
template <typename Member>
using Stored = std::conditional_t<
    std::is_same_v<Member, int>, std::int32_t,
    std::conditional_t<std::is_same_v<Member, std::uint64_t>, std::int64_t,
                       std::conditional_t<std::is_enum_v<Member>, std::string, Member>>>;

inline std::string_view NameOf(Measure value) { return MeasureName(value); }
inline std::string_view NameOf(CorrelationMethod value) { return MethodName(value); }
inline std::string_view NameOf(CountSource value) { return CountSourceName(value); }
inline std::string_view NameOf(Response value) { return ResponseName(value); }
inline std::string_view NameOf(PairTerm value) { return PairTermName(value); }
inline std::string_view NameOf(FrequencyTerms value) { return FrequencyTermsName(value); }
inline std::string_view NameOf(SplitPart value) { return SplitPartName(value); }

template <typename Enum>
inline constexpr std::size_t kNumValues = 0;
template <>
inline constexpr std::size_t kNumValues<Measure> = kNumMeasures;
template <>
inline constexpr std::size_t kNumValues<CorrelationMethod> = 2;
template <>
inline constexpr std::size_t kNumValues<CountSource> = 4;
template <>
inline constexpr std::size_t kNumValues<Response> = 2;
template <>
inline constexpr std::size_t kNumValues<PairTerm> = kNumPairTerms;
template <>
inline constexpr std::size_t kNumValues<FrequencyTerms> = kNumFrequencyTerms;
template <>
inline constexpr std::size_t kNumValues<SplitPart> = kNumSplitParts;

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

// Returns the columns of a table. `visit_row(row, visit)` calls visit(name, member) for every
// column of a row, in the order of the table.
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

}  // namespace zipflens::row_table
