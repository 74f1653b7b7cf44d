// Writes and reads the tables of statistics in a study folder: correlations, slopes, explained,
// split, types.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "zipflens/analysis/findings.h"
#include "zipflens/tables/table_writer.h"

namespace zipflens {

/// File names within a study folder. docs/outputs.md defines the columns.
inline constexpr const char* kCorrelationsTable = "correlations.parquet";
inline constexpr const char* kSlopesTable = "slopes.parquet";
inline constexpr const char* kExplainedTable = "explained.parquet";
inline constexpr const char* kSplitTable = "split.parquet";
inline constexpr const char* kTypesTable = "types.parquet";

/// Each writes its table into `folder` and throws OutputError. `tokens` is the vocabulary, by id.
void WriteCorrelations(const std::filesystem::path& folder, const std::vector<Correlation>& rows,
                       const TableMetadata& metadata);
void WriteSlopes(const std::filesystem::path& folder, const std::vector<Slope>& rows,
                 const TableMetadata& metadata);
void WriteExplained(const std::filesystem::path& folder, const std::vector<Explained>& rows,
                    const TableMetadata& metadata);
void WriteSplit(const std::filesystem::path& folder, const std::vector<SplitShare>& rows,
                const TableMetadata& metadata);
void WriteTypes(const std::filesystem::path& folder, const std::vector<TypeRow>& rows,
                const std::vector<std::string>& tokens, const TableMetadata& metadata);

/// Reads the five tables, but only the types of `type_layers`. If `num_type_rows` is not nullptr,
/// it is set to the number of rows of types.parquet over all layers. Throws InputError.
Findings ReadFindings(const std::filesystem::path& folder, const std::vector<int>& type_layers,
                      std::uint64_t* num_type_rows = nullptr);

}  // namespace zipflens
