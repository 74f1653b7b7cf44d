// BatchReader and RowCursor: rows as Arrow reads them, whatever their types. Includes Arrow: for
// .cc files only.
#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/parquet_file.h"

namespace zipflens {

/// One pass over some row groups and columns, in batches of the size that is set in the file's
/// Arrow reader. Text of a corpus is read by TextPages instead. Not thread-safe; `file` must
/// outlive it.
class BatchReader {
 public:
  /// `row_groups` without any that has no rows; `leaf_columns`: numbers of Parquet's leaf columns.
  BatchReader(const ParquetFile& file, std::vector<int> row_groups, std::vector<int> leaf_columns);

  /// Returns the next rows, which were checked, at least one; null after the last. Throws
  /// InputError: a damaged file, a row group that holds other than its number of rows;
  /// InterruptedError.
  std::shared_ptr<arrow::RecordBatch> Next();

 private:
  bool OpenGroup();

  const ParquetFile& file_;
  std::vector<int> row_groups_;
  std::vector<int> leaf_columns_;
  std::size_t next_group_ = 0;       // in row_groups_
  std::uint64_t rows_of_group_ = 0;  // that were not returned yet
  std::unique_ptr<arrow::RecordBatchReader> batches_;
};

/// The same row by row.
class RowCursor {
 public:
  RowCursor(const ParquetFile& file, std::vector<int> row_groups, std::vector<int> leaf_columns);

  /// Goes to the next row; false after the last. Throws as BatchReader::Next.
  bool Next();

  /// The batch that the row is in.
  const arrow::RecordBatch& batch() const { return *batch_; }
  std::int64_t row_in_batch() const { return row_in_batch_; }

 private:
  BatchReader batches_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  std::int64_t row_in_batch_ = -1;
};

/// The row's columns as text.
CorpusRecord RecordAt(const RowCursor& cursor);

}  // namespace zipflens
