// ReadCsvRows: reads chosen columns of a CSV file as written by spreadsheets and data frames.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// The cells of one row, in the order of the requested columns: `required`, then `optional`. A cell
/// is nullopt if the file has no such column. The cells are valid until `consume` returns.
struct CsvRow {
  std::uint64_t line;  // the line on which the row begins, from 1
  std::vector<std::optional<std::string_view>> cells;
};

/// Reads a CSV file with Arrow's reader and calls `consume` for each row. The first line names the
/// columns. The delimiter is the first of comma, semicolon and tab with which all `required`
/// columns exist, unless a first line such as "sep=;" names it. The file is UTF-8, with or without
/// a byte order mark. Fields may be quoted and may then contain line ends; a quote inside quotes is
/// doubled. Lines end with LF, CR LF or CR. Empty lines and rows of empty cells are skipped. Throws
/// InputError that names the file and the line if the encoding is different, a column is missing or
/// repeated, there are more than 10,000 columns, a row has more or fewer cells than the header, a
/// quote is not closed or a row is longer than 16 MiB.
void ReadCsvRows(const std::filesystem::path& path, const std::vector<std::string>& required,
                 const std::vector<std::string>& optional,
                 const std::function<void(const CsvRow& row)>& consume);

}  // namespace zipflens
