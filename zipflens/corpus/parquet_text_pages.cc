#include "zipflens/corpus/parquet_text_pages.h"

#include <parquet/schema.h>

#include <utility>

#include "zipflens/base/interrupt.h"

namespace zipflens {

bool TextPages::CanRead(const parquet::ParquetFileReader& reader, int column) {
  const parquet::ColumnDescriptor& described = *reader.metadata()->schema()->Column(column);
  return described.physical_type() == parquet::Type::BYTE_ARRAY &&
         described.max_repetition_level() == 0 && described.max_definition_level() <= 1;
}

TextPages::TextPages(std::filesystem::path path, parquet::ParquetFileReader& reader,
                     std::vector<int> row_groups, int column)
    : path_(std::move(path)),
      reader_(reader),
      row_groups_(std::move(row_groups)),
      column_(column),
      level_of_values_(reader.metadata()->schema()->Column(column)->max_definition_level()) {}

bool TextPages::Next(std::optional<std::string_view>& text) {
  if (next_row_ == num_rows_ && !FillBatch()) return false;
  if (levels_[next_row_++] < level_of_values_) {
    text.reset();
  } else {
    text = static_cast<std::string_view>(values_[next_value_++]);
  }
  return true;
}

void TextPages::Skip(std::uint64_t num_values) {
  while (num_values > 0 && next_row_ < num_rows_) {
    if (levels_[next_row_++] >= level_of_values_) ++next_value_;
    --num_values;
  }
  ParquetGuarded(path_, [&] {
    while (num_values > 0 && HasMore()) {
      const std::int64_t num_skipped =
          values_of_group_->Skip(static_cast<std::int64_t>(num_values));
      if (num_skipped <= 0) RefuseDamagedParquet(path_, "a page without its values");
      num_values -= static_cast<std::uint64_t>(num_skipped);
    }
  });
}

bool TextPages::HasMore() {
  while (values_of_group_ == nullptr || !values_of_group_->HasNext()) {
    if (next_group_ == row_groups_.size()) return false;
    values_of_group_ = std::static_pointer_cast<parquet::ByteArrayReader>(
        reader_.RowGroup(row_groups_[next_group_++])->Column(column_));
  }
  return true;
}

bool TextPages::FillBatch() {
  ThrowIfInterrupted();
  return ParquetGuarded(path_, [this] {
    if (!HasMore()) return false;
    // A batch never goes beyond its page, whose memory the values are in.
    std::int64_t num_values = 0;
    const std::int64_t num_rows =
        values_of_group_->ReadBatch(static_cast<std::int64_t>(kBatchRows), levels_.data(), nullptr,
                                    values_.data(), &num_values);
    num_rows_ = static_cast<std::size_t>(num_rows);
    if (level_of_values_ == 0) {
      levels_.fill(0);
      num_rows_ = static_cast<std::size_t>(num_values);
    }
    next_row_ = 0;
    next_value_ = 0;
    std::size_t num_present = 0;
    for (std::size_t i = 0; i < num_rows_; ++i)
      num_present += levels_[i] >= level_of_values_ ? 1 : 0;
    if (num_rows_ == 0 || num_present != static_cast<std::size_t>(num_values)) {
      RefuseDamagedParquet(path_, "a page without its values");
    }
    return true;
  });
}

}  // namespace zipflens
