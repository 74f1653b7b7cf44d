// BatchReader and RowCursor: read rows of any types through Arrow. They include Arrow, so include
// this only in .cc files.
#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/parquet_file.h"

namespace zipflens {

/// One pass over chosen row groups and columns, in batches of the size set in the file's Arrow
/// reader. (TextPages reads the text of a corpus.) Not thread-safe; `file` must outlive the reader.
class BatchReader {
 public:
  /// `row_groups` must not contain an empty row group. `leaf_columns` are indices of Parquet's leaf
  /// columns.
  BatchReader(const ParquetFile& file, std::vector<int> row_groups, std::vector<int> leaf_columns);

  /// Returns the next batch, checked by CheckBatch and with at least one row, or nullptr after the
  /// last row. Throws InputError if the file is damaged or a row group does not hold its number of
  /// rows; InterruptedError.
  std::shared_ptr<arrow::RecordBatch> Next();

 private:
  bool OpenGroup();

  const ParquetFile& file_;
  std::vector<int> row_groups_;
  std::vector<int> leaf_columns_;
  std::size_t next_group_ = 0;       // in row_groups_
  std::uint64_t rows_of_group_ = 0;  // not returned yet
  std::unique_ptr<arrow::RecordBatchReader> batches_;
};

/// Reads the same rows one by one.
class RowCursor {
 public:
  RowCursor(const ParquetFile& file, std::vector<int> row_groups, std::vector<int> leaf_columns);

  /// Advances to the next row, or returns false after the last one. Throws as BatchReader::Next
  /// does.
  bool Next();

  /// The batch that contains the current row.
  const arrow::RecordBatch& batch() const { return *batch_; }
  std::int64_t row_in_batch() const { return row_in_batch_; }

 private:
  BatchReader batches_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  std::int64_t row_in_batch_ = -1;
};

/// Returns the columns of the current row as text.
CorpusRecord RecordAt(const RowCursor& cursor);

}  // namespace zipflens
