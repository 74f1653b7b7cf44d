// ReadTable: chosen columns of chosen rows of a Parquet table that zipflens wrote.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "zipflens/tables/table_writer.h"

namespace zipflens {

/// Columns read from a table, in the order asked for; null becomes NaN.
using ReadColumns = std::vector<ColumnValues>;

/// What a table says of itself.
struct TableHeader {
  std::vector<std::string> columns;
  std::map<std::string, std::string> metadata;  // key-value pairs of the file
};

/// Throws InputError: not Parquet, truncated.
TableHeader ReadTableHeader(const std::filesystem::path& path);

/// Calls `consume` for each block of rows (bounded in size) with the columns asked for. Throws
/// InputError: not Parquet, truncated, or a column that is missing or of another type than
/// `columns` says. kInt64 stands for any integer type; a null in it, and in kInt32, is refused.
/// `block` has at least one row.
void ReadTable(const std::filesystem::path& path, const std::vector<TableColumn>& columns,
               const std::function<void(const ReadColumns& block)>& consume);

}  // namespace zipflens
