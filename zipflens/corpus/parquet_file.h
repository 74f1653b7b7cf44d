// ParquetFile: an open Parquet file with a checked footer and a limit on its memory. It includes
// Arrow, so include it only in .cc files.
#pragma once

#include <arrow/api.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "zipflens/base/error.h"

namespace zipflens {

/// The number of rows that are decoded at a time.
inline constexpr std::int64_t kParquetBatchRows = 64;

/// Throws the InputError for a damaged file; `message` is Arrow's description of the damage.
[[noreturn]] void RefuseDamagedParquet(const std::filesystem::path& path, std::string_view message);

/// Returns the value of `result`, or throws InputError if it is an error.
template <typename T>
T ValueOrThrow(const std::filesystem::path& path, arrow::Result<T> result) {
  if (!result.ok()) RefuseDamagedParquet(path, result.status().message());
  return *std::move(result);
}

/// Throws InputError if `status` is an error.
inline void ThrowIfNotOk(const std::filesystem::path& path, const arrow::Status& status) {
  if (!status.ok()) RefuseDamagedParquet(path, status.message());
}

/// Returns work() and turns exceptions of Arrow into InputErrors. Arrow's Parquet code throws
/// exceptions although the rest of Arrow returns a status, and for damaged files the standard
/// library can throw inside it.
template <typename Work>
auto ParquetGuarded(const std::filesystem::path& path, const Work& work) {
  try {
    return work();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    RefuseDamagedParquet(path, "more values than memory can hold");
  } catch (const std::exception& error) {
    RefuseDamagedParquet(path, error.what());
  }
}

/// A Parquet file. Reading takes the memory of one buffer and of the decoded pages of each column
/// read, not of whole column chunks. It verifies the checksum of every page that has one. Pages and
/// dictionaries may take 4 times `max_document_bytes` or 64 times the size of the file, whichever
/// is more; larger ones are refused. Not thread-safe. The file must outlive its readers.
class ParquetFile {
 public:
  /// Reads the footer. Throws InputError if the file is not a regular file, is not Parquet, is
  /// truncated, encrypted or damaged, or if its number of rows is not the sum over its row groups.
  ParquetFile(std::filesystem::path path, std::uint64_t max_document_bytes);

  parquet::arrow::FileReader& arrow_reader() const { return *reader_; }
  parquet::ParquetFileReader& reader() const { return *reader_->parquet_reader(); }
  /// The memory pool from which readers of this file allocate.
  arrow::MemoryPool* memory() const { return capped_memory_.get(); }
  const std::filesystem::path& path() const { return path_; }
  std::uint64_t num_bytes() const { return num_bytes_; }

  std::uint64_t num_rows() const { return first_rows_.back(); }
  int num_row_groups() const { return static_cast<int>(first_rows_.size()) - 1; }
  /// The first row of each row group, followed by the number of all rows.
  const std::vector<std::uint64_t>& first_rows() const { return first_rows_; }
  /// The row group that holds a row; num_row_groups() for the row after the last.
  int GroupOfRow(std::uint64_t row) const;
  std::uint64_t rows_of_group(int group) const {
    return first_rows_[group + 1] - first_rows_[group];
  }

  /// The names of the top-level columns.
  std::vector<std::string> ColumnNames() const;
  /// Returns the top-level column called `name`, or nullptr if there is none. Throws InputError if
  /// there are several.
  const parquet::arrow::SchemaField* FindColumn(const std::string& name) const;

 private:
  void CheckRowCounts();

  std::filesystem::path path_;
  std::uint64_t num_bytes_ = 0;
  std::unique_ptr<arrow::MemoryPool> counted_memory_;
  std::unique_ptr<arrow::MemoryPool> capped_memory_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::vector<std::uint64_t> first_rows_;
};

/// Throws InputError if the column is encrypted in the row group.
void RefuseEncryptedColumn(const ParquetFile& file, int group, int column);

/// Throws InputError if an offset, a length or a dictionary index in the batch is out of range,
/// because Arrow does not check these when it reads. Does not check that text is UTF-8.
void CheckBatch(const std::filesystem::path& path, const arrow::RecordBatch& batch);

}  // namespace zipflens
