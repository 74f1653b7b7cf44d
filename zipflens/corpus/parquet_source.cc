// Parquet through Arrow C++: a small batch of rows at a time, only the columns that are needed.
#include <arrow/api.h>
#include <arrow/io/file.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/corpus/byte_source.h"
#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/parquet_text.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kBatchRows = 64;
constexpr std::int64_t kPageBufferBytes = std::int64_t{1} << 20;
constexpr std::string_view kMagic = "PAR1";

[[noreturn]] void RefuseDamaged(const fs::path& path, std::string_view message) {
  throw InputError({.source = path.string(),
                    .found = fmt::format("\"{}\"", message),
                    .expected = "a whole Parquet file"});
}

template <typename T>
T ValueOrThrow(const fs::path& path, arrow::Result<T> result) {
  if (!result.ok()) RefuseDamaged(path, result.status().message());
  return *std::move(result);
}

void ThrowIfNotOk(const fs::path& path, const arrow::Status& status) {
  if (!status.ok()) RefuseDamaged(path, status.message());
}

// Arrow's Parquet half throws where its Arrow half returns a status.
template <typename Work>
auto Guarded(const fs::path& path, const Work& work) {
  try {
    return work();
  } catch (const parquet::ParquetException& error) {
    RefuseDamaged(path, error.what());
  }
}

// Sees to it that what is not Parquet at all, or only its beginning, is called that.
void CheckMagic(const fs::path& path) {
  const std::unique_ptr<ByteSource> source = OpenRawByteSource(path);
  std::array<char, kMagic.size()> first = {};
  const std::size_t count = source->Read(first);
  const auto refuse = [&path](const char* found) {
    throw InputError({.source = path.string(), .found = found, .expected = "a whole Parquet file"});
  };
  if (count == 0) refuse("an empty file");
  const std::string_view magic(first.data(), count);
  if (magic == "PARE") refuse("an encrypted Parquet file");
  if (magic != kMagic) refuse("something that is not Parquet (it does not begin with PAR1)");
  const auto file = ValueOrThrow(path, arrow::io::ReadableFile::Open(path.string()));
  const std::int64_t size = ValueOrThrow(path, file->GetSize());
  const std::int64_t tail_size = static_cast<std::int64_t>(kMagic.size());
  const auto tail = ValueOrThrow(path, file->ReadAt(size - tail_size, tail_size));
  if (tail->ToString() != kMagic) {
    refuse("the beginning of a Parquet file without its end (truncated)");
  }
}

// Memory: one page buffer and the decoded pages of each column read, not the column chunks.
std::unique_ptr<parquet::arrow::FileReader> OpenReader(const fs::path& path) {
  CheckMagic(path);
  return Guarded(path, [&] {
    parquet::ReaderProperties properties;
    properties.enable_buffered_stream();
    properties.set_buffer_size(kPageBufferBytes);
    properties.set_page_checksum_verification(true);
    parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
    arrow_properties.set_batch_size(kBatchRows);
    arrow_properties.set_pre_buffer(false);
    parquet::arrow::FileReaderBuilder builder;
    const auto file = ValueOrThrow(path, arrow::io::ReadableFile::Open(path.string()));
    ThrowIfNotOk(path, builder.Open(file, properties));
    builder.properties(arrow_properties);
    return ValueOrThrow(path, builder.Build());
  });
}

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
      : path_(path), batches_(Guarded(path, [&] {
          return ValueOrThrow(path, reader.GetRecordBatchReader(row_groups, leaf_columns));
        })) {}

  /// Goes to the next row; false after the last.
  bool Next() {
    ++row_;
    ++row_in_batch_;
    while (batch_ == nullptr || row_in_batch_ >= batch_->num_rows()) {
      ThrowIfInterrupted();
      batch_.reset();
      Guarded(path_, [&] { ThrowIfNotOk(path_, batches_->ReadNext(&batch_)); });
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

class ParquetSource final : public DocumentSource {
 public:
  ParquetSource(const fs::path& path, const SourceOptions& options, CorpusReport& report)
      : path_(path),
        options_(options.corpus),
        report_(report),
        reader_(OpenReader(path)),
        next_row_(options.rows.begin),
        end_row_(std::min(options.rows.end, NumRows(*reader_))) {
    columns_ = {FindTextColumn(path, *reader_, options_.text_column).column_index};
    const parquet::arrow::SchemaField* const title =
        FindColumn(path, *reader_, options_.title_column);
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

  std::uint64_t Skip(std::uint64_t num_rows) override {
    const std::uint64_t num_skipped =
        next_row_ < end_row_ ? std::min(num_rows, end_row_ - next_row_) : 0;
    next_row_ += num_skipped;
    cursor_.reset();
    return num_skipped;
  }

  // Up to the end of a row group, so that none is decoded twice.
  Stretch NextStretch(std::uint64_t num_bytes) const override {
    Stretch stretch = {.rows = {next_row_, next_row_}};
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
    if (!cursor_->Next()) RefuseDamaged(path_, "fewer rows than the footer says");
    ++next_row_;
    return true;
  }

  // Goes to the row before next_row_, in row groups that hold something of what is left.
  void OpenCursor() {
    const auto metadata = reader_->parquet_reader()->metadata();
    std::vector<int> row_groups;
    std::uint64_t first_row = 0;  // of the row groups chosen
    std::uint64_t group_begin = 0;
    for (int group = 0; group < metadata->num_row_groups(); ++group) {
      const std::uint64_t group_end =
          group_begin + static_cast<std::uint64_t>(metadata->RowGroup(group)->num_rows());
      if (group_begin < end_row_ && group_end > next_row_) {
        if (row_groups.empty()) first_row = group_begin;
        row_groups.push_back(group);
      }
      group_begin = group_end;
    }
    cursor_.emplace(path_, *reader_, row_groups, columns_);
    for (std::uint64_t row = first_row; row < next_row_; ++row) cursor_->Next();
  }

  const arrow::Array& Column(const std::string& name) const {
    return *cursor_->batch().column(cursor_->batch().schema()->GetFieldIndex(name));
  }

  void Take(const std::string& column, std::string& out) const {
    const auto place = [&] { return fmt::format("row {}, column {}", next_row_ - 1, column); };
    const std::optional<std::string_view> text = TextAt(Column(column), cursor_->row_in_batch());
    if (!text) {
      throw InputError(
          {.source = path_.string(), .place = place(), .found = "null", .expected = "text"});
    }
    TakeUtf8(*text, path_, options_.invalid_utf8, place, report_, out);
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
};

}  // namespace

std::unique_ptr<DocumentSource> OpenParquetSource(const fs::path& path,
                                                  const SourceOptions& options,
                                                  CorpusReport& report) {
  return std::make_unique<ParquetSource>(path, options, report);
}

ParquetSummary InspectParquet(const fs::path& path, const CorpusOptions& options) {
  const auto reader = OpenReader(path);
  FindTextColumn(path, *reader, options.text_column);
  FindColumn(path, *reader, options.title_column);
  const std::int64_t num_rows = reader->parquet_reader()->metadata()->num_rows();
  return {.num_rows = static_cast<std::uint64_t>(num_rows), .columns = ColumnNames(*reader)};
}

CorpusRecord ReadParquetRecord(const fs::path& path, std::uint64_t row) {
  const auto reader = OpenReader(path);
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
  RefuseDamaged(path, "a row group with fewer rows than the footer says");
}

}  // namespace zipflens
