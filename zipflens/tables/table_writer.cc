#include "zipflens/tables/table_writer.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>
#include <parquet/arrow/writer.h>

#include <cmath>
#include <type_traits>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/base/error.h"

namespace zipflens {
namespace {

// The size of a row group, about 4 MB, whatever the number of columns. Arrow holds several copies
// of it while it writes.
constexpr std::int64_t kCellsPerGroup = std::int64_t{512} * 1024;

std::shared_ptr<arrow::DataType> ArrowType(ColumnType type) {
  switch (type) {
    case ColumnType::kInt32:
      return arrow::int32();
    case ColumnType::kInt64:
      return arrow::int64();
    case ColumnType::kFloat:
      return arrow::float32();
    case ColumnType::kDouble:
      return arrow::float64();
    case ColumnType::kString:
      return arrow::utf8();
  }
  return nullptr;
}

std::shared_ptr<arrow::Schema> ArrowSchema(const std::vector<TableColumn>& columns,
                                           const TableMetadata& metadata) {
  arrow::FieldVector fields;
  for (const TableColumn& column : columns) {
    fields.push_back(arrow::field(column.name, ArrowType(column.type)));
  }
  if (metadata.empty()) return arrow::schema(std::move(fields));
  auto pairs = std::make_shared<arrow::KeyValueMetadata>();
  for (const auto& [key, value] : metadata) pairs->Append(key, value);
  return arrow::schema(std::move(fields), std::move(pairs));
}

// The Arrow builder for values of type T.
template <typename T>
using BuilderOf = std::conditional_t<
    std::is_same_v<T, std::int32_t>, arrow::Int32Builder,
    std::conditional_t<
        std::is_same_v<T, std::int64_t>, arrow::Int64Builder,
        std::conditional_t<std::is_same_v<T, float>, arrow::FloatBuilder,
                           std::conditional_t<std::is_same_v<T, double>, arrow::DoubleBuilder,
                                              arrow::StringBuilder>>>>;

template <typename T>
arrow::Status AppendColumn(arrow::ArrayBuilder& builder, const std::vector<T>& values) {
  auto& typed = dynamic_cast<BuilderOf<T>&>(builder);
  for (const T& value : values) {
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(value)) {
        ARROW_RETURN_NOT_OK(typed.AppendNull());
        continue;
      }
    }
    ARROW_RETURN_NOT_OK(typed.Append(value));
  }
  return arrow::Status::OK();
}

}  // namespace

struct TableWriter::State {
  std::filesystem::path path;
  std::unique_ptr<arrow::RecordBatchBuilder> builder;
  std::shared_ptr<arrow::Schema> schema;
  std::shared_ptr<arrow::io::FileOutputStream> file;
  std::unique_ptr<parquet::arrow::FileWriter> writer;
  std::shared_ptr<arrow::RecordBatch> rest;  // rows that do not fill a row group yet
  std::int64_t num_held = 0;                 // rows in `rest` and `builder`
  std::int64_t rows_per_group = 0;

  void Require(const arrow::Status& status) const {
    if (status.ok()) return;
    throw OutputError(fmt::format("{}: cannot be written: {}", path.string(), status.message()));
  }

  template <typename T>
  T Require(arrow::Result<T> result) const {
    Require(result.status());
    return std::move(result).ValueUnsafe();
  }

  // Writes the rows held in memory in row groups of exactly rows_per_group rows, so that a file
  // depends only on its rows. The remaining rows are kept, or written too if `last`.
  void Flush(bool last) {
    if (num_held == 0) return;
    arrow::RecordBatchVector batches;
    if (rest) batches.push_back(rest);
    batches.push_back(Require(builder->Flush()));
    const auto table =
        Require(Require(arrow::Table::FromRecordBatches(schema, batches))->CombineChunks());
    const std::int64_t num_rows =
        last ? table->num_rows() : table->num_rows() / rows_per_group * rows_per_group;
    Require(writer->WriteTable(*table->Slice(0, num_rows), rows_per_group));
    rest = Require(table->Slice(num_rows)->CombineChunksToBatch());
    num_held = rest->num_rows();
  }
};

TableWriter::TableWriter(const std::filesystem::path& path, const std::vector<TableColumn>& columns,
                         const TableMetadata& metadata)
    : state_(std::make_unique<State>()) {
  state_->path = path;
  state_->schema = ArrowSchema(columns, metadata);
  state_->rows_per_group = kCellsPerGroup / state_->schema->num_fields();
  state_->builder = state_->Require(
      arrow::RecordBatchBuilder::Make(state_->schema, arrow::default_memory_pool()));
  state_->file = state_->Require(arrow::io::FileOutputStream::Open(path.string()));
  const auto properties = parquet::WriterProperties::Builder()
                              .compression(parquet::Compression::ZSTD)
                              ->max_row_group_length(state_->rows_per_group)
                              ->build();
  // Arrow keeps the metadata only if it stores its own form of the schema.
  parquet::ArrowWriterProperties::Builder arrow_builder;
  if (!metadata.empty()) arrow_builder.store_schema();
  const auto arrow_properties = arrow_builder.build();
  state_->writer = state_->Require(parquet::arrow::FileWriter::Open(
      *state_->schema, arrow::default_memory_pool(), state_->file, properties, arrow_properties));
}

TableWriter::~TableWriter() = default;
TableWriter::TableWriter(TableWriter&&) noexcept = default;

void TableWriter::Append(const std::vector<ColumnValues>& block) {
  ZIPFLENS_CHECK(std::cmp_equal(block.size(), state_->schema->num_fields()));
  const auto size_of = [](const ColumnValues& column) {
    return std::visit([](const auto& values) { return values.size(); }, column);
  };
  for (int i = 0; i < state_->schema->num_fields(); ++i) {
    const ColumnValues& column = block[i];
    ZIPFLENS_CHECK(size_of(column) == size_of(block.front()));
    std::visit(
        [&](const auto& values) {
          state_->Require(AppendColumn(*state_->builder->GetField(i), values));
        },
        column);
  }
  state_->num_held += size_of(block.front());
  if (state_->num_held >= state_->rows_per_group) state_->Flush(/*last=*/false);
}

void TableWriter::Close() {
  state_->Flush(/*last=*/true);
  state_->Require(state_->writer->Close());
  state_->Require(state_->file->Close());
}

}  // namespace zipflens
