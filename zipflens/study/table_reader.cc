#include "zipflens/study/table_reader.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/util/config.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>

#include <limits>
#include <memory>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

class TableFile {
 public:
  explicit TableFile(const std::filesystem::path& path)
      : path_(path),
        reader_(Require(parquet::arrow::OpenFile(
            Require(arrow::io::ReadableFile::Open(path.string())), arrow::default_memory_pool()))) {
  }

  std::vector<int> ColumnIndices(const std::vector<TableColumn>& columns) {
    std::shared_ptr<arrow::Schema> schema;
    Require(reader_->GetSchema(&schema));
    std::vector<int> indices;
    for (const TableColumn& column : columns) {
      const int index = schema->GetFieldIndex(column.name);
      if (index < 0) {
        throw InputError({.source = path_.string(),
                          .found = "no column \"" + column.name + "\"",
                          .expected = "a table that zipflens wrote"});
      }
      indices.push_back(index);
    }
    return indices;
  }

  TableHeader Header() {
    std::shared_ptr<arrow::Schema> schema;
    Require(reader_->GetSchema(&schema));
    TableHeader header;
    header.columns = schema->field_names();
    if (schema->metadata() == nullptr) return header;
    for (std::int64_t i = 0; i < schema->metadata()->size(); ++i) {
      header.metadata[schema->metadata()->key(i)] = schema->metadata()->value(i);
    }
    return header;
  }

  int num_row_groups() const { return reader_->num_row_groups(); }

  std::shared_ptr<arrow::Table> ReadRowGroup(int row_group, const std::vector<int>& columns) {
#if ARROW_VERSION_MAJOR >= 24
    const auto table = Require(reader_->ReadRowGroup(row_group, columns));
#else
    std::shared_ptr<arrow::Table> table;
    Require(reader_->ReadRowGroup(row_group, columns, &table));
#endif
    return Require(table->CombineChunks());
  }

 private:
  void Require(const arrow::Status& status) const {
    if (status.ok()) return;
    throw InputError({.source = path_.string(),
                      .found = "\"" + status.message() + "\"",
                      .expected = "a Parquet table that zipflens wrote"});
  }

  template <typename T>
  T Require(arrow::Result<T> result) const {
    Require(result.status());
    return std::move(result).ValueUnsafe();
  }

  std::filesystem::path path_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
};

template <typename ArrayType, typename T>
ColumnValues Values(const arrow::Array* array, T null_value) {
  std::vector<T> values;
  const auto* typed = dynamic_cast<const ArrayType*>(array);
  if (typed == nullptr) return values;
  values.reserve(static_cast<std::size_t>(typed->length()));
  for (std::int64_t i = 0; i < typed->length(); ++i) {
    values.push_back(typed->IsNull(i) ? null_value : T(typed->GetView(i)));
  }
  return values;
}

template <typename ArrayType>
bool AppendIntegers(const arrow::Array& array, std::vector<std::int64_t>& values) {
  const auto* typed = dynamic_cast<const ArrayType*>(&array);
  if (typed == nullptr) return false;
  for (std::int64_t i = 0; i < typed->length(); ++i) {
    values.push_back(static_cast<std::int64_t>(typed->Value(i)));
  }
  return true;
}

// Of any integer type; nothing where the type is another or a value is null.
ColumnValues IntegerValues(const arrow::Array* array) {
  std::vector<std::int64_t> values;
  if (array == nullptr || array->null_count() > 0) return values;
  values.reserve(static_cast<std::size_t>(array->length()));
  AppendIntegers<arrow::Int64Array>(*array, values) ||
      AppendIntegers<arrow::Int32Array>(*array, values) ||
      AppendIntegers<arrow::UInt64Array>(*array, values) ||
      AppendIntegers<arrow::UInt32Array>(*array, values) ||
      AppendIntegers<arrow::Int16Array>(*array, values) ||
      AppendIntegers<arrow::UInt16Array>(*array, values);
  return values;
}

ColumnValues ValuesOf(const arrow::Array* array, ColumnType type) {
  switch (type) {
    case ColumnType::kInt32:
      if (array != nullptr && array->null_count() > 0) return std::vector<std::int32_t>();
      return Values<arrow::Int32Array>(array, std::int32_t{0});
    case ColumnType::kInt64:
      return IntegerValues(array);
    case ColumnType::kFloat:
      return Values<arrow::FloatArray>(array, std::numeric_limits<float>::quiet_NaN());
    case ColumnType::kDouble:
      return Values<arrow::DoubleArray>(array, std::numeric_limits<double>::quiet_NaN());
    case ColumnType::kString:
      if (dynamic_cast<const arrow::LargeStringArray*>(array) != nullptr) {
        return Values<arrow::LargeStringArray>(array, std::string());
      }
      return Values<arrow::StringArray>(array, std::string());
  }
  return {};
}

}  // namespace

TableHeader ReadTableHeader(const std::filesystem::path& path) { return TableFile(path).Header(); }

void ReadTable(const std::filesystem::path& path, const std::vector<TableColumn>& columns,
               const std::function<void(const ReadColumns&)>& consume) {
  TableFile file(path);
  const std::vector<int> indices = file.ColumnIndices(columns);
  for (int row_group = 0; row_group < file.num_row_groups(); ++row_group) {
    const auto table = file.ReadRowGroup(row_group, indices);
    if (table->num_rows() == 0) continue;
    ReadColumns block;
    for (const TableColumn& column : columns) {
      const auto chunked = table->GetColumnByName(column.name);
      block.push_back(ValuesOf(chunked->chunk(0).get(), column.type));
      const bool wrong_type = std::visit([](const auto& v) { return v.empty(); }, block.back());
      if (wrong_type) {
        throw InputError({.source = path.string(),
                          .place = "column " + column.name,
                          .found = (chunked->null_count() > 0 ? "nulls or type " : "type ") +
                                   chunked->type()->ToString(),
                          .expected = "the type that zipflens writes"});
      }
    }
    consume(block);
  }
}

}  // namespace zipflens
