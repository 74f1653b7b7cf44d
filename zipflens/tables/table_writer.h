// TableWriter: a Parquet file with few column types, written a block of rows at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace zipflens {

/// The values of one column for a block of rows. NaN is written as null.
using ColumnValues =
    std::variant<std::vector<std::int32_t>, std::vector<std::int64_t>, std::vector<float>,
                 std::vector<double>, std::vector<std::string>>;

enum class ColumnType { kInt32, kInt64, kFloat, kDouble, kString };

/// Key-value pairs of a file.
using TableMetadata = std::map<std::string, std::string>;

struct TableColumn {
  std::string name;
  ColumnType type;
};

/// Writes rows in the order given; they are held until a row group (512k cells) is full. The same
/// rows in the same order give the same bytes, however they were cut into blocks.
class TableWriter {
 public:
  /// Throws OutputError naming the file.
  TableWriter(const std::filesystem::path& path, const std::vector<TableColumn>& columns,
              const TableMetadata& metadata = {});
  ~TableWriter();
  TableWriter(TableWriter&&) noexcept;

  /// One ColumnValues a column, in order, of the column's type, all of one length. Throws
  /// OutputError.
  void Append(const std::vector<ColumnValues>& block);
  /// Writes what is held and the footer. Must be called; a file without it is not Parquet.
  void Close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace zipflens
