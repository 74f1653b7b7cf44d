#include "zipflens/corpus/parquet_text_pages.h"

#include <fmt/format.h>
#include <parquet/column_page.h>
#include <parquet/file_reader.h>
#include <parquet/schema.h>

#include <utility>

#include "zipflens/base/interrupt.h"

namespace zipflens {
namespace {

/// The pages of a column chunk without the pages that have no values, because Arrow's column reader
/// stops at the first such page. Throws unless the pages have exactly as many values as there are
/// rows.
class PagesOfRows final : public parquet::PageReader {
 public:
  PagesOfRows(std::unique_ptr<parquet::PageReader> pages, std::uint64_t num_rows)
      : pages_(std::move(pages)), num_rows_(num_rows), rows_left_(num_rows) {}

  std::shared_ptr<parquet::Page> NextPage() override {
    while (std::shared_ptr<parquet::Page> page = pages_->NextPage()) {
      const bool has_data = page->type() == parquet::PageType::DATA_PAGE ||
                            page->type() == parquet::PageType::DATA_PAGE_V2;
      if (!has_data) return page;
      const std::int32_t num_values = static_cast<const parquet::DataPage&>(*page).num_values();
      if (num_values < 0 || std::cmp_greater(num_values, rows_left_)) {
        throw parquet::ParquetException(
            fmt::format("a page of {} values where {} of a row group's {} rows are left",
                        num_values, rows_left_, num_rows_));
      }
      rows_left_ -= num_values;
      if (num_values > 0) return page;
    }
    if (rows_left_ > 0) {
      throw parquet::ParquetException(
          fmt::format("{} values in a row group of {} rows", num_rows_ - rows_left_, num_rows_));
    }
    return nullptr;
  }

  void set_max_page_header_size(std::uint32_t size) override {
    pages_->set_max_page_header_size(size);
  }

 private:
  std::unique_ptr<parquet::PageReader> pages_;
  std::uint64_t num_rows_;
  std::uint64_t rows_left_;
};

}  // namespace

bool TextPages::CanRead(const ParquetFile& file, int column) {
  const parquet::ColumnDescriptor& described = *file.reader().metadata()->schema()->Column(column);
  return described.physical_type() == parquet::Type::BYTE_ARRAY &&
         described.max_repetition_level() == 0 && described.max_definition_level() <= 1;
}

TextPages::TextPages(const ParquetFile& file, std::vector<int> row_groups, int column)
    : file_(file),
      row_groups_(std::move(row_groups)),
      column_(column),
      level_of_values_(file.reader().metadata()->schema()->Column(column)->max_definition_level()) {
}

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
  ParquetGuarded(file_.path(), [&] {
    while (num_values > 0 && HasMore()) {
      const std::int64_t num_skipped = values_of_group_->Skip(num_values);
      if (num_skipped <= 0) RefuseDamagedParquet(file_.path(), "a page without its values");
      num_values -= num_skipped;
    }
  });
}

bool TextPages::HasMore() {
  while (values_of_group_ == nullptr || !values_of_group_->HasNext()) {
    if (next_group_ == row_groups_.size()) return false;
    const int group = row_groups_[next_group_++];
    RefuseEncryptedColumn(file_, group, column_);
    auto pages = std::make_unique<PagesOfRows>(
        file_.reader().RowGroup(group)->GetColumnPageReader(column_), file_.rows_of_group(group));
    values_of_group_ = std::static_pointer_cast<parquet::ByteArrayReader>(
        parquet::ColumnReader::Make(file_.reader().metadata()->schema()->Column(column_),
                                    std::move(pages), file_.memory()));
  }
  return true;
}

bool TextPages::FillBatch() {
  ThrowIfInterrupted();
  return ParquetGuarded(file_.path(), [this] {
    if (!HasMore()) return false;
    // A batch never extends beyond its page, because the values point into the memory of the page.
    std::int64_t num_values = 0;
    const std::int64_t num_rows = values_of_group_->ReadBatch(kBatchRows, levels_.data(), nullptr,
                                                              values_.data(), &num_values);
    num_rows_ = num_rows;
    if (level_of_values_ == 0) {
      levels_.fill(0);
      num_rows_ = num_values;
    }
    next_row_ = 0;
    next_value_ = 0;
    std::size_t num_present = 0;
    for (std::size_t i = 0; i < num_rows_; ++i)
      num_present += levels_[i] >= level_of_values_ ? 1 : 0;
    if (num_rows_ == 0 || std::cmp_not_equal(num_present, num_values)) {
      RefuseDamagedParquet(file_.path(), "a page without its values");
    }
    return true;
  });
}

}  // namespace zipflens
