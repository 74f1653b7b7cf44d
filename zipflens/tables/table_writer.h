// TableWriter: writes a Parquet file block by block. It supports few column types.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace zipflens {

/// The values of one column in a block of rows. NaN is written as null.
using ColumnValues =
    std::variant<std::vector<std::int32_t>, std::vector<std::int64_t>, std::vector<float>,
                 std::vector<double>, std::vector<std::string>>;

enum class ColumnType { kInt32, kInt64, kFloat, kDouble, kString };

/// The key-value pairs in a file's metadata.
using TableMetadata = std::map<std::string, std::string>;

struct TableColumn {
  std::string name;
  ColumnType type;
};

/// Writes rows in the given order and keeps them in memory until a row group (512k cells) is full.
/// The same rows give the same bytes, however they are divided into blocks.
class TableWriter {
 public:
  /// Throws OutputError that names the file.
  TableWriter(const std::filesystem::path& path, const std::vector<TableColumn>& columns,
              const TableMetadata& metadata = {});
  ~TableWriter();
  TableWriter(TableWriter&&) noexcept;

  /// Appends a block: one ColumnValues per column, in column order, of the column's type, all of
  /// the same length. Throws OutputError.
  void Append(const std::vector<ColumnValues>& block);
  /// Writes the remaining rows and the footer. It must be called: a file without a footer is not
  /// Parquet.
  void Close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace zipflens
