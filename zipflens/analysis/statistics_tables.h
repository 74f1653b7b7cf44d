// The tables of statistics in a study folder: correlations, slopes, split, types.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "zipflens/analysis/findings.h"
#include "zipflens/tables/table_writer.h"

namespace zipflens {

/// File names within a study folder; docs/outputs.md says what the columns mean.
inline constexpr const char* kCorrelationsTable = "correlations.parquet";
inline constexpr const char* kSlopesTable = "slopes.parquet";
inline constexpr const char* kSplitTable = "split.parquet";
inline constexpr const char* kTypesTable = "types.parquet";

/// Each writes its table into `folder`; throws OutputError. `tokens`: the vocabulary, by id.
void WriteCorrelations(const std::filesystem::path& folder, const std::vector<Correlation>& rows,
                       const TableMetadata& metadata);
void WriteSlopes(const std::filesystem::path& folder, const std::vector<Slope>& rows,
                 const TableMetadata& metadata);
void WriteSplit(const std::filesystem::path& folder, const std::vector<SplitShare>& rows,
                const TableMetadata& metadata);
void WriteTypes(const std::filesystem::path& folder, const std::vector<TypeRow>& rows,
                const std::vector<std::string>& tokens, const TableMetadata& metadata);

/// Reads them back; of the types, those of `type_layers` only. `num_type_rows`, if not null,
/// becomes the number of rows of types.parquet, of all layers. Throws InputError.
Findings ReadFindings(const std::filesystem::path& folder, const std::vector<int>& type_layers,
                      std::uint64_t* num_type_rows = nullptr);

}  // namespace zipflens
