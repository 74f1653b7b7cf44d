#include "zipflens/corpus/parquet_rows.h"

#include <fmt/format.h>

#include <utility>

#include "zipflens/base/interrupt.h"
#include "zipflens/corpus/parquet_text.h"

namespace zipflens {

BatchReader::BatchReader(const ParquetFile& file, std::vector<int> row_groups,
                         std::vector<int> leaf_columns)
    : file_(file), row_groups_(std::move(row_groups)), leaf_columns_(std::move(leaf_columns)) {}

bool BatchReader::OpenGroup() {
  if (next_group_ == row_groups_.size()) return false;
  const int group = row_groups_[next_group_++];
  for (const int column : leaf_columns_) RefuseEncryptedColumn(file_, group, column);
  rows_of_group_ = file_.rows_of_group(group);
  batches_ =
      ValueOrThrow(file_.path(), file_.arrow_reader().GetRecordBatchReader({group}, leaf_columns_));
  return true;
}

std::shared_ptr<arrow::RecordBatch> BatchReader::Next() {
  ThrowIfInterrupted();
  return ParquetGuarded(file_.path(), [this] {
    std::shared_ptr<arrow::RecordBatch> batch;
    if (rows_of_group_ == 0 && !OpenGroup()) return batch;
    ThrowIfNotOk(file_.path(), batches_->ReadNext(&batch));
    // Arrow ends a column early at an empty first page. Rows of the next row group must not replace
    // the missing ones.
    const std::uint64_t num_rows = batch == nullptr ? 0 : batch->num_rows();
    if (num_rows == 0 || num_rows > rows_of_group_) {
      const int group = row_groups_[next_group_ - 1];
      RefuseDamagedParquet(file_.path(),
                           fmt::format("row group {}: other than the {} rows that the footer says",
                                       group, file_.rows_of_group(group)));
    }
    CheckBatch(file_.path(), *batch);
    rows_of_group_ -= num_rows;
    return batch;
  });
}

RowCursor::RowCursor(const ParquetFile& file, std::vector<int> row_groups,
                     std::vector<int> leaf_columns)
    : batches_(file, std::move(row_groups), std::move(leaf_columns)) {}

bool RowCursor::Next() {
  if (batch_ != nullptr && ++row_in_batch_ < batch_->num_rows()) return true;
  batch_ = batches_.Next();
  row_in_batch_ = 0;
  return batch_ != nullptr;
}

CorpusRecord RecordAt(const RowCursor& cursor) {
  CorpusRecord record;
  for (int column = 0; column < cursor.batch().num_columns(); ++column) {
    record.emplace_back(cursor.batch().column_name(column),
                        ShownAt(*cursor.batch().column(column), cursor.row_in_batch()));
  }
  return record;
}

}  // namespace zipflens
