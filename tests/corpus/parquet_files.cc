#include "tests/corpus/parquet_files.h"

#include <arrow/io/file.h>
#include <parquet/arrow/writer.h>

#include <map>
#include <stdexcept>

namespace zipflens {
namespace {

void Require(const arrow::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

template <typename Builder>
std::shared_ptr<arrow::Array> Plain(const OptionalTexts& texts) {
  Builder builder;
  for (const std::optional<std::string>& text : texts) {
    Require(text ? builder.Append(*text) : builder.AppendNull());
  }
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::Array> Encoded(const arrow::DictionaryType& type,
                                      const OptionalTexts& texts) {
  OptionalTexts values;
  std::map<std::string, std::int8_t> index_of;
  arrow::Int8Builder indices;
  for (const std::optional<std::string>& text : texts) {
    if (!text) {
      Require(indices.AppendNull());
      continue;
    }
    const auto [entry, is_new] = index_of.emplace(*text, static_cast<std::int8_t>(values.size()));
    if (is_new) values.push_back(text);
    Require(indices.Append(entry->second));
  }
  return arrow::DictionaryArray::FromArrays(arrow::dictionary(arrow::int8(), type.value_type()),
                                            indices.Finish().ValueOrDie(),
                                            TextArray(type.value_type(), values))
      .ValueOrDie();
}

}  // namespace

std::shared_ptr<arrow::Array> TextArray(const std::shared_ptr<arrow::DataType>& type,
                                        const OptionalTexts& texts) {
  switch (type->id()) {
    case arrow::Type::STRING:
      return Plain<arrow::StringBuilder>(texts);
    case arrow::Type::LARGE_STRING:
      return Plain<arrow::LargeStringBuilder>(texts);
    case arrow::Type::STRING_VIEW:
      return Plain<arrow::StringViewBuilder>(texts);
    case arrow::Type::BINARY:
      return Plain<arrow::BinaryBuilder>(texts);
    case arrow::Type::LARGE_BINARY:
      return Plain<arrow::LargeBinaryBuilder>(texts);
    case arrow::Type::DICTIONARY:
      return Encoded(static_cast<const arrow::DictionaryType&>(*type), texts);
    default:
      throw std::runtime_error("no such text array: " + type->ToString());
  }
}

std::shared_ptr<arrow::Array> IntegerArray(const std::vector<std::int64_t>& values) {
  arrow::Int64Builder builder;
  Require(builder.AppendValues(values));
  return builder.Finish().ValueOrDie();
}

void WriteParquet(const std::filesystem::path& path,
                  const std::vector<std::pair<std::string, std::shared_ptr<arrow::Array>>>& columns,
                  std::int64_t rows_in_group) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& [name, array] : columns) {
    fields.push_back(arrow::field(name, array->type()));
    arrays.push_back(array);
  }
  const auto table = arrow::Table::Make(arrow::schema(fields), arrays);
  const auto file = arrow::io::FileOutputStream::Open(path.string()).ValueOrDie();
  Require(parquet::arrow::WriteTable(
      *table, arrow::default_memory_pool(), file, rows_in_group,
      parquet::WriterProperties::Builder().enable_page_checksum()->write_batch_size(8)->build(),
      parquet::ArrowWriterProperties::Builder().store_schema()->build()));
  Require(file->Close());
}

}  // namespace zipflens
