// Parquet through Arrow C++: a small batch of rows at a time, only the columns that are needed.
#include <arrow/api.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <numeric>

#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/parquet_file.h"
#include "zipflens/corpus/parquet_text.h"
#include "zipflens/corpus/parquet_text_pages.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> ColumnNames(const parquet::arrow::FileReader& reader) {
  std::vector<std::string> names;
  for (const auto& column : reader.manifest().schema_fields) names.push_back(column.field->name());
  return names;
}

// The only column of that name, or null. Throws InputError where there are several.
const parquet::arrow::SchemaField* FindColumn(const fs::path& path,
                                              const parquet::arrow::FileReader& reader,
                                              const std::string& name) {
  const parquet::arrow::SchemaField* found = nullptr;
  for (const auto& column : reader.manifest().schema_fields) {
    if (column.field->name() != name) continue;
    if (found != nullptr) {
      throw InputError({.source = path.string(),
                        .found = fmt::format("more than one column \"{}\"", name),
                        .expected = "one"});
    }
    found = &column;
  }
  return found;
}

const parquet::arrow::SchemaField& FindTextColumn(const fs::path& path,
                                                  const parquet::arrow::FileReader& reader,
                                                  const std::string& name) {
  const parquet::arrow::SchemaField* const column = FindColumn(path, reader, name);
  if (column == nullptr) {
    throw InputError(
        {.source = path.string(),
         .found = fmt::format("no column \"{}\" among: {}", name, ListNames(ColumnNames(reader))),
         .expected = "a column that holds the text"});
  }
  const arrow::DataType& type = *column->field->type();
  if (!IsTextType(type)) {
    throw InputError({.source = path.string(),
                      .place = fmt::format("column {}", name),
                      .found = fmt::format("the type {}", type.ToString()),
                      .expected = "text: string, large_string, string_view or a dictionary of one "
                                  "of these"});
  }
  return *column;
}

// One pass over some row groups and columns, row by row.
class RowCursor {
 public:
  RowCursor(const fs::path& path, parquet::arrow::FileReader& reader,
            const std::vector<int>& row_groups, const std::vector<int>& leaf_columns)
      : path_(path), batches_(ParquetGuarded(path, [&] {
          return ValueOrThrow(path, reader.GetRecordBatchReader(row_groups, leaf_columns));
        })) {}

  /// Goes to the next row; false after the last.
  bool Next() {
    ++row_;
    ++row_in_batch_;
    while (batch_ == nullptr || row_in_batch_ >= batch_->num_rows()) {
      ThrowIfInterrupted();
      batch_.reset();
      ParquetGuarded(path_, [&] { ThrowIfNotOk(path_, batches_->ReadNext(&batch_)); });
      if (batch_ == nullptr) return false;
      row_in_batch_ = 0;
    }
    return true;
  }

  const arrow::RecordBatch& batch() const { return *batch_; }
  std::int64_t row_in_batch() const { return row_in_batch_; }
  std::int64_t row() const { return row_; }  // of this pass, from 0

 private:
  fs::path path_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  std::int64_t row_in_batch_ = -1;
  std::int64_t row_ = -1;
};

CorpusRecord RecordAt(const RowCursor& cursor) {
  CorpusRecord record;
  for (int column = 0; column < cursor.batch().num_columns(); ++column) {
    record.emplace_back(cursor.batch().column_name(column),
                        ShownAt(*cursor.batch().column(column), cursor.row_in_batch()));
  }
  return record;
}

std::vector<int> Ascending(int count) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

struct RowGroups {
  std::vector<int> groups;
  std::uint64_t first_row = 0;  // of the file
};

class ParquetSource final : public DocumentSource {
 public:
  ParquetSource(const fs::path& path, const SourceOptions& options, CorpusReport& report)
      : path_(path),
        options_(options.corpus),
        report_(report),
        reader_(OpenParquetReader(path)),
        next_row_(options.rows.begin),
        end_row_(std::min(options.rows.end, NumRows(*reader_))) {
    columns_ = {FindTextColumn(path, *reader_, options_.text_column).column_index};
    const parquet::arrow::SchemaField* const title =
        options_.title_column.empty() ? nullptr : FindColumn(path, *reader_, options_.title_column);
    has_title_ = title != nullptr && title->is_leaf();
    if (has_title_ && options_.title_column != options_.text_column) {
      columns_.push_back(title->column_index);
    }
  }

  bool Next(Document& document) override {
    while (NextRow()) {
      try {
        Take(options_.text_column, document.text);
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
    if (!CanReadPages()) return DocumentSource::NextText(storage, text);
    for (std::optional<std::string_view> raw_text; NextRawText(raw_text);) {
      try {
        text = Checked(options_.text_column, raw_text, storage.text);
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
    cursor_.reset();
    pages_.reset();
    return num_skipped;
  }

  // Up to the end of a row group, so that none is decoded twice.
  Stretch NextStretch(std::uint64_t num_bytes) const override {
    Stretch stretch = {.rows = {next_row_, next_row_}};
    ParquetGuarded(path_, [&] {
      const auto metadata = reader_->parquet_reader()->metadata();
      std::uint64_t group_end = 0;
      for (int group = 0; group < metadata->num_row_groups(); ++group) {
        const auto row_group = metadata->RowGroup(group);
        group_end += static_cast<std::uint64_t>(row_group->num_rows());
        if (group_end <= next_row_) continue;
        if (stretch.rows.end >= end_row_ || stretch.num_bytes >= num_bytes) break;
        stretch.rows.end = std::min(group_end, end_row_);
        stretch.num_bytes += static_cast<std::uint64_t>(
            row_group->ColumnChunk(columns_.front())->total_uncompressed_size());
      }
    });
    return stretch;
  }

  CorpusRecord NextRecord() override { return NextRow() ? RecordAt(*cursor_) : CorpusRecord(); }
  std::uint64_t rows_done() const override { return next_row_; }
  std::uint64_t bytes_done() const override {
    const double fraction =
        static_cast<double>(next_row_) / static_cast<double>(std::max(NumRows(*reader_), kOneRow));
    return static_cast<std::uint64_t>(fraction * static_cast<double>(fs::file_size(path_)));
  }

 private:
  static constexpr std::uint64_t kOneRow = 1;

  static std::uint64_t NumRows(const parquet::arrow::FileReader& reader) {
    return static_cast<std::uint64_t>(reader.parquet_reader()->metadata()->num_rows());
  }

  bool NextRow() {
    if (next_row_ >= end_row_) return false;
    if (!cursor_) OpenCursor();
    if (!cursor_->Next()) RefuseDamagedParquet(path_, "fewer rows than the footer says");
    ++next_row_;
    return true;
  }

  bool CanReadPages() const {
    return !has_title_ && TextPages::CanRead(*reader_->parquet_reader(), columns_.front());
  }

  // The row groups that hold something of what is left.
  RowGroups RowGroupsLeft() const {
    RowGroups left;
    ParquetGuarded(path_, [&] {
      const auto metadata = reader_->parquet_reader()->metadata();
      std::uint64_t group_begin = 0;
      for (int group = 0; group < metadata->num_row_groups(); ++group) {
        const std::uint64_t group_end =
            group_begin + static_cast<std::uint64_t>(metadata->RowGroup(group)->num_rows());
        if (group_begin < end_row_ && group_end > next_row_) {
          if (left.groups.empty()) left.first_row = group_begin;
          left.groups.push_back(group);
        }
        group_begin = group_end;
      }
    });
    return left;
  }

  // Goes to the row before next_row_.
  void OpenCursor() {
    const RowGroups left = RowGroupsLeft();
    cursor_.emplace(path_, *reader_, left.groups, columns_);
    for (std::uint64_t row = left.first_row; row < next_row_; ++row) cursor_->Next();
  }

  // Sets the text of the next row as it lies in its page.
  bool NextRawText(std::optional<std::string_view>& text) {
    if (next_row_ >= end_row_) return false;
    if (!pages_) {
      RowGroups left = RowGroupsLeft();
      const std::uint64_t num_behind = next_row_ - left.first_row;
      pages_.emplace(path_, *reader_->parquet_reader(), std::move(left.groups), columns_.front());
      pages_->Skip(num_behind);
    }
    if (!pages_->Next(text)) RefuseDamagedParquet(path_, "fewer rows than the footer says");
    ++next_row_;
    return true;
  }

  const arrow::Array& Column(const std::string& name) const {
    return *cursor_->batch().column(cursor_->batch().schema()->GetFieldIndex(name));
  }

  void Take(const std::string& column, std::string& out) const {
    const std::string_view checked =
        Checked(column, TextAt(Column(column), cursor_->row_in_batch()), out);
    if (checked.data() != out.data()) out.assign(checked);
  }

  // The text of the row before next_row_, which `storage` holds where something was replaced.
  std::string_view Checked(const std::string& column, const std::optional<std::string_view>& text,
                           std::string& storage) const {
    const auto place = [&] { return fmt::format("row {}, column {}", next_row_ - 1, column); };
    if (!text) {
      throw InputError(
          {.source = path_.string(), .place = place(), .found = "null", .expected = "text"});
    }
    return CheckedUtf8(*text, path_, options_.invalid_utf8, place, report_, storage);
  }

  void TakeTitle(std::string& title) const {
    title.clear();
    if (!has_title_) return;
    const arrow::Array& titles = Column(options_.title_column);
    if (titles.IsNull(cursor_->row_in_batch())) return;
    if (IsTextType(*titles.type())) {
      Take(options_.title_column, title);
    } else {
      title = ShownAt(titles, cursor_->row_in_batch());
    }
  }

  fs::path path_;
  CorpusOptions options_;
  CorpusReport& report_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::vector<int> columns_;
  bool has_title_ = false;
  std::uint64_t next_row_;  // of the file
  std::uint64_t end_row_;
  std::optional<RowCursor> cursor_;  // at the row before next_row_
  std::optional<TextPages> pages_;   // the same, where texts are read alone
};

}  // namespace

std::unique_ptr<DocumentSource> OpenParquetSource(const fs::path& path,
                                                  const SourceOptions& options,
                                                  CorpusReport& report) {
  return std::make_unique<ParquetSource>(path, options, report);
}

ParquetSummary InspectParquet(const fs::path& path, const CorpusOptions& options) {
  const auto reader = OpenParquetReader(path);
  FindTextColumn(path, *reader, options.text_column);
  if (!options.title_column.empty()) FindColumn(path, *reader, options.title_column);
  const std::int64_t num_rows = reader->parquet_reader()->metadata()->num_rows();
  return {.num_rows = static_cast<std::uint64_t>(num_rows), .columns = ColumnNames(*reader)};
}

CorpusRecord ReadParquetRecord(const fs::path& path, std::uint64_t row) {
  const auto reader = OpenParquetReader(path);
  const auto metadata = reader->parquet_reader()->metadata();
  int row_group = 0;
  while (row_group < metadata->num_row_groups()) {
    const auto num_rows = static_cast<std::uint64_t>(metadata->RowGroup(row_group)->num_rows());
    if (row < num_rows) break;
    row -= num_rows;
    ++row_group;
  }
  if (row_group == metadata->num_row_groups()) return {};
  RowCursor cursor(path, *reader, {row_group}, Ascending(metadata->num_columns()));
  while (cursor.Next()) {
    if (static_cast<std::uint64_t>(cursor.row()) == row) return RecordAt(cursor);
  }
  RefuseDamagedParquet(path, "a row group with fewer rows than the footer says");
}

}  // namespace zipflens
