// Writes Parquet files for the corpus tests with Arrow.
#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace zipflens {

using OptionalTexts = std::vector<std::optional<std::string>>;

/// Returns texts as an array of utf8, large_utf8, utf8_view, binary, or a dictionary of one of
/// them.
std::shared_ptr<arrow::Array> TextArray(const std::shared_ptr<arrow::DataType>& type,
                                        const OptionalTexts& texts);

std::shared_ptr<arrow::Array> IntegerArray(const std::vector<std::int64_t>& values);

/// Writes the columns with Arrow's own schema in addition to Parquet's, so that reading gives the
/// same type, and with pages of about 1 MB, however long the texts are.
void WriteParquet(const std::filesystem::path& path,
                  const std::vector<std::pair<std::string, std::shared_ptr<arrow::Array>>>& columns,
                  std::int64_t rows_in_group = 1000);

}  // namespace zipflens
