// What opening Parquet files has in common: errors, and a reader of bounded memory. Includes Arrow:
// for .cc files only.
#pragma once

#include <arrow/api.h>
#include <parquet/arrow/reader.h>
#include <parquet/exception.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

namespace zipflens {

/// Rows that are decoded at a time.
inline constexpr std::int64_t kParquetBatchRows = 64;

/// Throws InputError.
[[noreturn]] void RefuseDamagedParquet(const std::filesystem::path& path, std::string_view message);

template <typename T>
T ValueOrThrow(const std::filesystem::path& path, arrow::Result<T> result) {
  if (!result.ok()) RefuseDamagedParquet(path, result.status().message());
  return *std::move(result);
}

inline void ThrowIfNotOk(const std::filesystem::path& path, const arrow::Status& status) {
  if (!status.ok()) RefuseDamagedParquet(path, status.message());
}

/// Returns work(). Arrow's Parquet half throws where its Arrow half returns a status: what it
/// throws becomes an InputError.
template <typename Work>
auto ParquetGuarded(const std::filesystem::path& path, const Work& work) {
  try {
    return work();
  } catch (const parquet::ParquetException& error) {
    RefuseDamagedParquet(path, error.what());
  }
}

/// Reads the footer. Takes the memory of one page buffer and of the decoded pages of each column
/// read, not of column chunks; checks the checksums of pages that have one. Throws InputError: not
/// Parquet at all, or only its beginning, encrypted, damaged.
std::unique_ptr<parquet::arrow::FileReader> OpenParquetReader(const std::filesystem::path& path);

}  // namespace zipflens
