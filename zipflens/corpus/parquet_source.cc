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
  ParquetSource(const fs::path& path, const CorpusOptions& options)
      : path_(path), options_(options), reader_(OpenReader(path)) {
    std::vector<int> columns = {FindTextColumn(path, *reader_, options.text_column).column_index};
    const parquet::arrow::SchemaField* const title =
        FindColumn(path, *reader_, options.title_column);
    has_title_ = title != nullptr && title->is_leaf();
    if (has_title_ && options.title_column != options.text_column) {
      columns.push_back(title->column_index);
    }
    rows_.emplace(path, *reader_, Ascending(reader_->num_row_groups()), columns);
  }

  bool Next(Document& document) override {
    if (!rows_->Next()) return false;
    document.text = Checked(options_.text_column);
    document.title.clear();
    if (!has_title_) return true;
    const arrow::Array& titles = Column(options_.title_column);
    if (titles.IsNull(rows_->row_in_batch())) return true;
    document.title = IsTextType(*titles.type()) ? Checked(options_.title_column)
                                                : ShownAt(titles, rows_->row_in_batch());
    return true;
  }

  bool Skip() override { return rows_->Next(); }

  CorpusRecord NextRecord() override { return rows_->Next() ? RecordAt(*rows_) : CorpusRecord(); }

 private:
  const arrow::Array& Column(const std::string& name) const {
    return *rows_->batch().column(rows_->batch().schema()->GetFieldIndex(name));
  }

  std::string Checked(const std::string& column) const {
    const auto place = [&] { return fmt::format("row {}, column {}", rows_->row(), column); };
    const std::optional<std::string_view> text = TextAt(Column(column), rows_->row_in_batch());
    if (!text) {
      throw InputError(
          {.source = path_.string(), .place = place(), .found = "null", .expected = "text"});
    }
    CheckUtf8(*text, path_, place);
    return std::string(*text);
  }

  fs::path path_;
  CorpusOptions options_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::optional<RowCursor> rows_;
  bool has_title_ = false;
};

}  // namespace

std::unique_ptr<DocumentSource> OpenParquetSource(const fs::path& path,
                                                  const CorpusOptions& options) {
  return std::make_unique<ParquetSource>(path, options);
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
