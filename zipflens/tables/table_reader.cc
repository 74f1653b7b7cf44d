#include "zipflens/tables/table_reader.h"

#include <arrow/api.h>
#include <arrow/util/key_value_metadata.h>

#include <limits>
#include <memory>
#include <utility>

#include "zipflens/base/error.h"
#include "zipflens/corpus/parquet_rows.h"

namespace zipflens {
namespace {

constexpr std::uint64_t kMostBytesOfAValue = 64'000'000;

// The number of rows in memory at a time.
constexpr std::int64_t kBlockRows = std::int64_t{1} << 16;

[[noreturn]] void RefuseType(const ParquetFile& file, const TableColumn& column,
                             const arrow::DataType& type, bool has_nulls = false) {
  throw InputError({.source = file.path().string(),
                    .place = "column " + column.name,
                    .found = (has_nulls ? "nulls or type " : "type ") + type.ToString(),
                    .expected = "the type that zipflens writes"});
}

// Returns the indices of leaf columns. They differ from those of the top-level columns if a column
// is nested.
std::vector<int> LeafColumns(const ParquetFile& file, const std::vector<TableColumn>& columns) {
  std::vector<int> leaves;
  for (const TableColumn& column : columns) {
    const parquet::arrow::SchemaField* const field = file.FindColumn(column.name);
    if (field == nullptr) {
      throw InputError({.source = file.path().string(),
                        .found = "no column \"" + column.name + "\"",
                        .expected = "a table that zipflens wrote"});
    }
    if (!field->is_leaf()) RefuseType(file, column, *field->field->type());
    leaves.push_back(field->column_index);
  }
  return leaves;
}

template <typename ArrayType, typename T>
ColumnValues Values(const arrow::Array* array, T null_value) {
  std::vector<T> values;
  const auto* typed = dynamic_cast<const ArrayType*>(array);
  if (typed == nullptr) return values;
  values.reserve(typed->length());
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
    values.push_back(typed->Value(i));
  }
  return true;
}

// Returns the values of a column of any integer type. Returns an empty vector if the type is
// another or a value is null.
ColumnValues IntegerValues(const arrow::Array* array) {
  std::vector<std::int64_t> values;
  if (array == nullptr || array->null_count() > 0) return values;
  values.reserve(array->length());
  AppendIntegers<arrow::Int64Array>(*array, values) ||
      AppendIntegers<arrow::Int32Array>(*array, values) ||
      AppendIntegers<arrow::UInt64Array>(*array, values) ||
      AppendIntegers<arrow::UInt32Array>(*array, values) ||
      AppendIntegers<arrow::Int16Array>(*array, values) ||
      AppendIntegers<arrow::UInt16Array>(*array, values) ||
      AppendIntegers<arrow::Int8Array>(*array, values) ||
      AppendIntegers<arrow::UInt8Array>(*array, values);
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
      if (dynamic_cast<const arrow::StringViewArray*>(array) != nullptr) {
        return Values<arrow::StringViewArray>(array, std::string());
      }
      return Values<arrow::StringArray>(array, std::string());
  }
  return {};
}

}  // namespace

TableHeader ReadTableHeader(const std::filesystem::path& path) {
  const ParquetFile file(path, kMostBytesOfAValue);
  std::shared_ptr<arrow::Schema> schema;
  ParquetGuarded(path, [&] { ThrowIfNotOk(path, file.arrow_reader().GetSchema(&schema)); });
  TableHeader header;
  header.columns = schema->field_names();
  if (schema->metadata() == nullptr) return header;
  for (std::int64_t i = 0; i < schema->metadata()->size(); ++i) {
    header.metadata[schema->metadata()->key(i)] = schema->metadata()->value(i);
  }
  return header;
}

void ReadTable(const std::filesystem::path& path, const std::vector<TableColumn>& columns,
               const std::function<void(const ReadColumns&)>& consume) {
  const ParquetFile file(path, kMostBytesOfAValue);
  file.arrow_reader().set_batch_size(kBlockRows);
  std::vector<int> row_groups;
  for (int group = 0; group < file.num_row_groups(); ++group) {
    if (file.rows_of_group(group) > 0) row_groups.push_back(group);
  }
  BatchReader batches(file, std::move(row_groups), LeafColumns(file, columns));
  while (const std::shared_ptr<arrow::RecordBatch> batch = batches.Next()) {
    if (batch->num_rows() == 0) continue;
    ReadColumns block;
    for (const TableColumn& column : columns) {
      const auto array = batch->GetColumnByName(column.name);
      block.push_back(ValuesOf(array.get(), column.type));
      const bool wrong_type = std::visit([](const auto& v) { return v.empty(); }, block.back());
      if (wrong_type) RefuseType(file, column, *array->type(), array->null_count() > 0);
    }
    consume(block);
  }
}

}  // namespace zipflens
