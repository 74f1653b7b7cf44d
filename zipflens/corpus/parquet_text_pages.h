// TextPages: reads the values of one text column directly from Parquet's decoded pages. It includes
// Arrow, so include it only in .cc files.
#pragma once

#include <parquet/column_reader.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "zipflens/corpus/parquet_file.h"

namespace zipflens {

/// One pass over a column of chosen row groups, row by row, without copying the text: a page is
/// decompressed, and the values point into it. All texts and titles of documents are read this way.
/// Not thread-safe; `file` must outlive it.
class TextPages {
 public:
  /// Returns whether a column holds at most one byte string per row. This is true of every
  /// top-level column that Arrow reads as a text type.
  static bool CanRead(const ParquetFile& file, int column);

  TextPages(const ParquetFile& file, std::vector<int> row_groups, int column);

  /// Sets `text` to the next value (nullopt if it is null), or returns false after the last value.
  /// `text` is valid until the next call and is not checked for UTF-8. Throws InputError if the
  /// file is damaged or a row group has more or fewer values than rows; InterruptedError.
  bool Next(std::optional<std::string_view>& text);
  /// Skips `num_values` values, or all that remain if there are fewer.
  void Skip(std::uint64_t num_values);

 private:
  // Advances to the next row group if the current one has no values left. Returns false at the end.
  bool HasMore();
  bool FillBatch();

  static constexpr std::size_t kBatchRows = kParquetBatchRows;

  const ParquetFile& file_;
  std::vector<int> row_groups_;
  int column_;
  std::int16_t level_of_values_;  // a lower level means null
  std::size_t next_group_ = 0;    // in row_groups_
  std::shared_ptr<parquet::ByteArrayReader> values_of_group_;
  std::array<parquet::ByteArray, kBatchRows> values_;  // of the current batch, without nulls
  std::array<std::int16_t, kBatchRows> levels_{};      // of the current batch
  std::size_t num_rows_ = 0;
  std::size_t next_row_ = 0;    // in levels_
  std::size_t next_value_ = 0;  // in values_
};

}  // namespace zipflens
