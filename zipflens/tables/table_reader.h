// ReadTable: reads chosen columns of a Parquet table that zipflens wrote.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "zipflens/tables/table_writer.h"

namespace zipflens {

/// Columns read from a table, in the requested order. Null becomes NaN.
using ReadColumns = std::vector<ColumnValues>;

/// The names of a table's columns and its metadata.
struct TableHeader {
  std::vector<std::string> columns;
  std::map<std::string, std::string> metadata;  // key-value pairs of the file
};

/// Reads the footer of a table. Throws InputError if the file is not Parquet or is truncated.
TableHeader ReadTableHeader(const std::filesystem::path& path);

/// Reads `columns` of all rows and calls `consume` for each block of rows. A block has at least one
/// row and a bounded size. kInt64 accepts any integer type. Throws InputError if the file is not
/// Parquet or is truncated, if a column is missing or has another type than `columns` says, or if a
/// column of kInt64 or kInt32 contains a null.
void ReadTable(const std::filesystem::path& path, const std::vector<TableColumn>& columns,
               const std::function<void(const ReadColumns& block)>& consume);

}  // namespace zipflens
