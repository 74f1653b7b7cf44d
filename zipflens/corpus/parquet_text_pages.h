// TextPages: the values of one column of text where they lie in Parquet's decoded pages. Includes
// Arrow: for .cc files only.
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

/// One pass over a column in some row groups, row by row, without a copy of the text: a page is
/// decompressed, and its values are read there. All text of documents and titles is read this way.
/// Not thread-safe; `file` must outlive it.
class TextPages {
 public:
  /// Whether a column's values are bytes, one or none per row, as they are in every top-level
  /// column that Arrow reads as a text type.
  static bool CanRead(const ParquetFile& file, int column);

  TextPages(const ParquetFile& file, std::vector<int> row_groups, int column);

  /// Sets `text` to the next value, nothing if it is null, not checked for UTF-8, valid until the
  /// next call; false after the last. Throws InputError: a damaged file, a row group with more or
  /// fewer values than it has rows; InterruptedError.
  bool Next(std::optional<std::string_view>& text);
  /// Leaves values out; fewer if there are not as many.
  void Skip(std::uint64_t num_values);

 private:
  // Goes to the next row group that has values left, if the current one has none; false at the end.
  bool HasMore();
  bool FillBatch();

  static constexpr std::size_t kBatchRows = kParquetBatchRows;

  const ParquetFile& file_;
  std::vector<int> row_groups_;
  int column_;
  std::int16_t level_of_values_;  // null: any lower one
  std::size_t next_group_ = 0;    // in row_groups_
  std::shared_ptr<parquet::ByteArrayReader> values_of_group_;
  std::array<parquet::ByteArray, kBatchRows> values_;  // of the rows at hand that are not null
  std::array<std::int16_t, kBatchRows> levels_{};      // of the rows at hand
  std::size_t num_rows_ = 0;
  std::size_t next_row_ = 0;    // in levels_
  std::size_t next_value_ = 0;  // in values_
};

}  // namespace zipflens
