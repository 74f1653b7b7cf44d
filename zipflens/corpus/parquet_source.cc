// Reads Parquet through Arrow C++, in small batches of rows and only the columns needed.
#include <fmt/format.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <numeric>

#include "zipflens/base/error.h"
#include "zipflens/base/numbers.h"
#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/parquet_file.h"
#include "zipflens/corpus/parquet_rows.h"
#include "zipflens/corpus/parquet_text.h"
#include "zipflens/corpus/parquet_text_pages.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

const parquet::arrow::SchemaField& FindTextColumn(const ParquetFile& file,
                                                  const std::string& name) {
  const parquet::arrow::SchemaField* const column = file.FindColumn(name);
  if (column == nullptr) {
    throw InputError(
        {.source = file.path().string(),
         .found = fmt::format("no column \"{}\" among: {}", name, ListNames(file.ColumnNames())),
         .expected = "a column that holds the text"});
  }
  const arrow::DataType& type = *column->field->type();
  if (!IsTextType(type) || !TextPages::CanRead(file, column->column_index)) {
    throw InputError({.source = file.path().string(),
                      .place = fmt::format("column {}", name),
                      .found = fmt::format("the type {}", type.ToString()),
                      .expected = "text: string, large_string, string_view or a dictionary of one "
                                  "of these"});
  }
  if (file.num_row_groups() > 0) RefuseEncryptedColumn(file, /*group=*/0, column->column_index);
  return *column;
}

/// Reads the titles of rows: text from pages, values of other types as Arrow prints them.
class TitleColumn {
 public:
  TitleColumn(const ParquetFile& file, const parquet::arrow::SchemaField& column)
      : file_(file),
        column_(column.column_index),
        is_text_(IsTextType(*column.field->type()) && TextPages::CanRead(file, column_)) {}

  /// Moves to the row before row `num_before` of these row groups, so that Next() reads that row.
  void Open(const std::vector<int>& row_groups, std::uint64_t num_before) {
    if (is_text_) {
      texts_.emplace(file_, row_groups, column_);
      texts_->Skip(num_before);
      return;
    }
    values_.emplace(file_, row_groups, std::vector<int>{column_});
    while (num_before-- > 0 && values_->Next()) {
    }
  }

  /// Advances to the next row, or returns false after the last one.
  bool Next() {
    if (is_text_) return texts_->Next(text_);
    if (!values_->Next()) return false;
    const arrow::Array& titles = *values_->batch().column(0);
    shown_ = ShownAt(titles, values_->row_in_batch());
    text_ = shown_;
    if (titles.IsNull(values_->row_in_batch())) text_.reset();
    return true;
  }

  /// The title of the current row, nullopt if it is null. Valid until the next call of Next.
  const std::optional<std::string_view>& text() const { return text_; }

 private:
  const ParquetFile& file_;
  int column_;
  bool is_text_;
  std::optional<TextPages> texts_;
  std::optional<RowCursor> values_;
  std::optional<std::string_view> text_;
  std::string shown_;
};

struct RowGroups {
  std::vector<int> groups;
  std::uint64_t first_row = 0;  // of the file
};

class ParquetSource final : public DocumentSource {
 public:
  ParquetSource(const fs::path& path, const SourceOptions& options, CorpusReport& report)
      : file_(path, options.corpus.max_document_bytes),
        options_(options.corpus),
        report_(report),
        column_(FindTextColumn(file_, options_.text_column).column_index),
        next_row_(options.rows.begin),
        end_row_(std::min(options.rows.end, file_.num_rows())) {
    const parquet::arrow::SchemaField* const title =
        options_.title_column.empty() ? nullptr : file_.FindColumn(options_.title_column);
    if (title != nullptr && title->is_leaf()) titles_.emplace(file_, *title);
  }

  bool Next(Document& document) override {
    while (NextRow()) {
      try {
        Take(options_.text_column, text_, document.text);
        TakeTitle(document.title);
        return true;
      } catch (const InputError& error) {
        if (!options_.skip_bad_lines) throw;
        ReportBadLine(error.what(), report_);
      }
    }
    return false;
  }

  bool NextText(Document& storage, std::string_view& text) override {
    if (titles_) return DocumentSource::NextText(storage, text);
    while (NextRow()) {
      try {
        text = Checked(options_.text_column, text_, storage.text);
        return true;
      } catch (const InputError& error) {
        if (!options_.skip_bad_lines) throw;
        ReportBadLine(error.what(), report_);
      }
    }
    return false;
  }

  std::uint64_t Skip(std::uint64_t num_rows) override {
    const std::uint64_t num_skipped =
        next_row_ < end_row_ ? std::min(num_rows, end_row_ - next_row_) : 0;
    next_row_ += num_skipped;
    texts_.reset();
    return num_skipped;
  }

  // A range ends with a row group, so that no row group is decoded twice.
  SizedRange NextRowRange(std::uint64_t num_bytes) const override {
    SizedRange row_range = {.rows = {next_row_, next_row_}};
    ParquetGuarded(file_.path(), [&] {
      const auto metadata = file_.reader().metadata();
      for (int group = file_.GroupOfRow(next_row_); group < file_.num_row_groups(); ++group) {
        if (row_range.rows.end >= end_row_ || row_range.num_bytes >= num_bytes) break;
        const std::int64_t size =
            metadata->RowGroup(group)->ColumnChunk(column_)->total_uncompressed_size();
        row_range.rows.end = std::min(EndOf(group), end_row_);
        row_range.num_bytes += std::max<std::int64_t>(size, 0);
      }
    });
    return row_range;
  }

  CorpusRecord NextRecord() override {
    CorpusRecord record = ReadParquetRecord(file_.path(), next_row_, options_);
    next_row_ += record.empty() ? 0 : 1;
    texts_.reset();
    return record;
  }
  std::uint64_t rows_done() const override { return next_row_; }
  std::uint64_t bytes_done() const override {
    const double fraction = Real(next_row_) / Real(std::max<std::uint64_t>(file_.num_rows(), 1));
    return static_cast<std::uint64_t>(fraction * Real(file_.num_bytes()));
  }

 private:
  std::uint64_t EndOf(int group) const { return file_.first_rows()[group + 1]; }

  // Returns the row groups that contain remaining rows.
  RowGroups RowGroupsLeft() const {
    RowGroups left;
    for (int group = file_.GroupOfRow(next_row_); group < file_.num_row_groups(); ++group) {
      const std::uint64_t first_row = file_.first_rows()[group];
      if (first_row >= end_row_) break;
      if (left.groups.empty()) left.first_row = first_row;
      if (file_.rows_of_group(group) > 0) left.groups.push_back(group);
    }
    return left;
  }

  // Opens the columns so that the next row read is next_row_.
  void OpenColumns() {
    const RowGroups left = RowGroupsLeft();
    const std::uint64_t num_before = next_row_ - left.first_row;
    texts_.emplace(file_, left.groups, column_);
    texts_->Skip(num_before);
    if (titles_) titles_->Open(left.groups, num_before);
  }

  // Reads the text, and the title if there is one, of the next row as views into their pages.
  bool NextRow() {
    if (next_row_ >= end_row_) return false;
    if (!texts_) OpenColumns();
    const bool has_text = texts_->Next(text_);
    const bool has_title = !titles_ || titles_->Next();
    if (!has_text || !has_title) {
      RefuseDamagedParquet(file_.path(), "fewer rows than the footer says");
    }
    ++next_row_;
    return true;
  }

  void Take(const std::string& column, const std::optional<std::string_view>& text,
            std::string& out) const {
    const std::string_view checked = Checked(column, text, out);
    if (checked.data() != out.data()) out.assign(checked);
  }

  // Returns the checked text of the row before next_row_; it is in `storage` if something was
  // replaced.
  std::string_view Checked(const std::string& column, const std::optional<std::string_view>& text,
                           std::string& storage) const {
    const auto place = [&] { return fmt::format("row {}, column {}", next_row_ - 1, column); };
    if (!text) {
      throw InputError(
          {.source = file_.path().string(), .place = place(), .found = "null", .expected = "text"});
    }
    if (text->size() > options_.max_document_bytes) {
      ThrowTooLong(file_.path(), place(), "a text", options_);
    }
    return CheckedUtf8(*text, file_.path(), options_.invalid_utf8, place, report_, storage);
  }

  void TakeTitle(std::string& title) const {
    title.clear();
    if (titles_ && titles_->text()) Take(options_.title_column, titles_->text(), title);
  }

  ParquetFile file_;
  CorpusOptions options_;
  CorpusReport& report_;
  int column_;
  std::optional<TitleColumn> titles_;
  std::uint64_t next_row_;  // of the file
  std::uint64_t end_row_;
  std::optional<TextPages> texts_;  // like titles_, at the row before next_row_
  std::optional<std::string_view> text_;
};

}  // namespace

std::unique_ptr<DocumentSource> OpenParquetSource(const fs::path& path,
                                                  const SourceOptions& options,
                                                  CorpusReport& report) {
  return std::make_unique<ParquetSource>(path, options, report);
}

ParquetSummary InspectParquet(const fs::path& path, const CorpusOptions& options) {
  const ParquetFile file(path, options.max_document_bytes);
  FindTextColumn(file, options.text_column);
  if (!options.title_column.empty()) file.FindColumn(options.title_column);
  return {.num_rows = file.num_rows(), .columns = file.ColumnNames()};
}

CorpusRecord ReadParquetRecord(const fs::path& path, std::uint64_t row,
                               const CorpusOptions& options) {
  const ParquetFile file(path, options.max_document_bytes);
  if (row >= file.num_rows()) return {};
  const int group = file.GroupOfRow(row);
  std::vector<int> columns(file.reader().metadata()->num_columns());
  std::iota(columns.begin(), columns.end(), 0);
  RowCursor cursor(file, {group}, std::move(columns));
  for (std::uint64_t at = file.first_rows()[group]; cursor.Next(); ++at) {
    if (at == row) return RecordAt(cursor);
  }
  RefuseDamagedParquet(path, "a row group with fewer rows than the footer says");
}

}  // namespace zipflens
