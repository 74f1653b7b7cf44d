// ReadCsvRows: some columns of a CSV file, as spreadsheets and data frames write it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// Cells of one row, in the order of the columns asked for; nullopt where the file has no such
/// column. They live until `consume` returns.
struct CsvRow {
  std::uint64_t line;  // on which the row begins, from 1
  std::vector<std::optional<std::string_view>> cells;
};

/// Reads a CSV file with Arrow's reader and calls `consume` for each row. The first line names the
/// columns. The delimiter is the one of comma, semicolon and tab by which the columns `required`
/// are there, or what a first line such as "sep=;" says. UTF-8, with or without a byte order mark;
/// fields may be quoted (a quote is doubled in quotes) and hold line ends; lines end at LF, CR LF
/// or CR. Empty lines and rows of empty cells are passed over. Throws InputError naming file and
/// line: another encoding, a missing or repeated column, a row of more or fewer cells than the
/// header, a quote that does not end, a row longer than 16 MiB.
void ReadCsvRows(const std::filesystem::path& path, const std::vector<std::string>& required,
                 const std::vector<std::string>& optional,
                 const std::function<void(const CsvRow& row)>& consume);

}  // namespace zipflens
