// ReadTable: chosen columns of chosen rows of a Parquet table that zipflens wrote.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "zipflens/study/table_writer.h"

namespace zipflens {

/// Columns read from a table, in the order asked for; null becomes NaN.
using ReadColumns = std::vector<ColumnValues>;

/// Calls `consume` for each block of rows (bounded in size) with the columns asked for. Throws
/// InputError: not Parquet, truncated, or a column that is missing or of another type than
/// `columns` says.
void ReadTable(const std::filesystem::path& path, const std::vector<TableColumn>& columns,
               const std::function<void(const ReadColumns& block)>& consume);

}  // namespace zipflens
