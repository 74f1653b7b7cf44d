#include "zipflens/corpus/parquet_file.h"

#include <arrow/io/file.h>
#include <fmt/format.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <algorithm>
#include <array>

#include "zipflens/base/regular_file.h"
#include "zipflens/corpus/row_limit.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

// A buffer for page headers. Larger reads, such as those of pages, bypass it and avoid a copy.
constexpr std::int64_t kPageBufferBytes = std::int64_t{1} << 15;
constexpr std::string_view kMagic = "PAR1";

// Opens the file after checking that it is a complete Parquet file.
std::shared_ptr<arrow::io::ReadableFile> OpenChecked(const fs::path& path,
                                                     arrow::MemoryPool* memory) {
  RegularFile regular(path);
  const auto refuse = [&path](const char* found) {
    throw InputError({.source = path.string(), .found = found, .expected = "a whole Parquet file"});
  };
  if (regular.size() == 0) refuse("an empty file");
  auto file = ValueOrThrow(path, arrow::io::ReadableFile::Open(regular.descriptor(), memory));
  regular.Release();
  const std::int64_t tail_size = kMagic.size();
  const auto first = ValueOrThrow(path, file->ReadAt(0, tail_size));
  const std::string magic = first->ToString();
  if (magic == "PARE") refuse("an encrypted Parquet file");
  if (magic != kMagic) refuse("something that is not Parquet (it does not begin with PAR1)");
  const std::int64_t size = ValueOrThrow(path, file->GetSize());
  const auto tail = ValueOrThrow(path, file->ReadAt(size - tail_size, tail_size));
  if (tail->ToString() != kMagic) {
    refuse("the beginning of a Parquet file without its end (truncated)");
  }
  return file;
}

// Returns the same values with text types replaced by bytes, because Arrow's validation would
// require UTF-8.
std::shared_ptr<arrow::ArrayData> TextAsBytes(const arrow::ArrayData& data) {
  std::shared_ptr<arrow::ArrayData> copy = data.Copy();
  const auto bytes_type = [](const std::shared_ptr<arrow::DataType>& type) {
    switch (type->id()) {
      case arrow::Type::STRING:
        return arrow::binary();
      case arrow::Type::LARGE_STRING:
        return arrow::large_binary();
      case arrow::Type::STRING_VIEW:
        return arrow::binary_view();
      default:
        return type;
    }
  };
  copy->type = bytes_type(copy->type);
  if (copy->type->id() == arrow::Type::DICTIONARY && copy->dictionary != nullptr) {
    const auto& type = static_cast<const arrow::DictionaryType&>(*copy->type);
    copy->dictionary = TextAsBytes(*copy->dictionary);
    copy->type = arrow::dictionary(type.index_type(), bytes_type(type.value_type()));
  }
  return copy;
}

// Nested columns have text at their leaves. The children are therefore checked one by one, and the
// outer array is checked without its children.
arrow::Status Validate(const arrow::ArrayData& data) {
  const bool is_nested = !data.child_data.empty();
  const auto array = arrow::MakeArray(TextAsBytes(data));
  ARROW_RETURN_NOT_OK(is_nested ? array->Validate() : array->ValidateFull());
  for (const auto& child : data.child_data) ARROW_RETURN_NOT_OK(Validate(*child));
  return arrow::Status::OK();
}

// The metadata of a chunk may be encrypted, too; Arrow then throws when it is requested.
bool IsEncrypted(const parquet::RowGroupMetaData& group, int column) {
  try {
    return group.ColumnChunk(column)->crypto_metadata() != nullptr;
  } catch (const parquet::ParquetException& error) {
    if (std::string_view(error.what()).find("decrypt") == std::string_view::npos) throw;
    return true;
  }
}

}  // namespace

void RefuseDamagedParquet(const fs::path& path, std::string_view message) {
  throw InputError({.source = path.string(),
                    .found = fmt::format("\"{}\"", message),
                    .expected = "a whole Parquet file"});
}

ParquetFile::ParquetFile(fs::path path, std::uint64_t max_document_bytes) : path_(std::move(path)) {
  constexpr std::uint64_t kDocumentsOfPage = 4;
  constexpr std::uint64_t kMostCompressed = 64;
  constexpr auto kMostBytes = std::uint64_t{1} << 40;  // so that the products below do not overflow
  num_bytes_ = std::min(RegularFile(path_).size(), kMostBytes);
  const std::uint64_t limit = std::max(kDocumentsOfPage * std::min(max_document_bytes, kMostBytes),
                                       kMostCompressed * num_bytes_);
  counted_memory_ = std::make_unique<arrow::ProxyMemoryPool>(arrow::default_memory_pool());
  capped_memory_ = std::make_unique<arrow::CappedMemoryPool>(counted_memory_.get(), limit);
  ParquetGuarded(path_, [&] {
    parquet::ReaderProperties properties(capped_memory_.get());
    properties.enable_buffered_stream();
    properties.set_buffer_size(kPageBufferBytes);
    properties.set_page_checksum_verification(true);
    parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
    arrow_properties.set_batch_size(kParquetBatchRows);
    arrow_properties.set_pre_buffer(false);
    parquet::arrow::FileReaderBuilder builder;
    ThrowIfNotOk(path_, builder.Open(OpenChecked(path_, capped_memory_.get()), properties));
    builder.memory_pool(capped_memory_.get());
    builder.properties(arrow_properties);
    reader_ = ValueOrThrow(path_, builder.Build());
    CheckRowCounts();
  });
}

void ParquetFile::CheckRowCounts() {
  const auto metadata = reader().metadata();
  std::int64_t sum = 0;
  first_rows_ = {0};
  for (int group = 0; group < metadata->num_row_groups(); ++group) {
    const std::int64_t num_rows = metadata->RowGroup(group)->num_rows();
    if (num_rows < 0 || __builtin_add_overflow(sum, num_rows, &sum) ||
        static_cast<std::uint64_t>(sum) > kMostRowsOfFile) {
      throw InputError({.source = path_.string(),
                        .place = fmt::format("row group {}", group),
                        .found = fmt::format("{} rows", num_rows),
                        .expected = "a number of rows, at most 2^40 in a file"});
    }
    first_rows_.push_back(sum);
  }
  if (sum == metadata->num_rows()) return;
  throw InputError({.source = path_.string(),
                    .place = "footer",
                    .found = fmt::format("{} rows", metadata->num_rows()),
                    .expected = fmt::format("{}, the sum of its row groups", sum)});
}

int ParquetFile::GroupOfRow(std::uint64_t row) const {
  return static_cast<int>(std::ranges::upper_bound(first_rows_, row) - first_rows_.begin()) - 1;
}

std::vector<std::string> ParquetFile::ColumnNames() const {
  std::vector<std::string> names;
  for (const auto& column : reader_->manifest().schema_fields) {
    names.push_back(column.field->name());
  }
  return names;
}

const parquet::arrow::SchemaField* ParquetFile::FindColumn(const std::string& name) const {
  const parquet::arrow::SchemaField* found = nullptr;
  for (const auto& column : reader_->manifest().schema_fields) {
    if (column.field->name() != name) continue;
    if (found != nullptr) {
      throw InputError({.source = path_.string(),
                        .found = fmt::format("more than one column \"{}\"", name),
                        .expected = "one"});
    }
    found = &column;
  }
  return found;
}

void RefuseEncryptedColumn(const ParquetFile& file, int group, int column) {
  ParquetGuarded(file.path(), [&] {
    const auto metadata = file.reader().metadata();
    if (!IsEncrypted(*metadata->RowGroup(group), column)) return;
    throw InputError({.source = file.path().string(),
                      .place = fmt::format("column {}", metadata->schema()->Column(column)->name()),
                      .found = "encrypted data",
                      .expected = "a column that can be read without a key"});
  });
}

void CheckBatch(const fs::path& path, const arrow::RecordBatch& batch) {
  for (int column = 0; column < batch.num_columns(); ++column) {
    ThrowIfNotOk(path, Validate(*batch.column_data(column)));
    if (batch.column_data(column)->length == batch.num_rows()) continue;
    RefuseDamagedParquet(path, "columns of different lengths");
  }
}

}  // namespace zipflens
