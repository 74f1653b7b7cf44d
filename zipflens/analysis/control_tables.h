// Writes and reads the tables of control_rows.h in a study folder.
#pragma once

#include <filesystem>
#include <vector>

#include "zipflens/analysis/control_rows.h"
#include "zipflens/tables/table_writer.h"

namespace zipflens {

/// File names within a study folder. docs/outputs.md defines the columns.
inline constexpr const char* kReplicationTable = "replication.parquet";
inline constexpr const char* kReliabilityTable = "count_reliability.parquet";
inline constexpr const char* kPartialTable = "partial_correlations.parquet";
/// Only in a study with a null hypothesis.
inline constexpr const char* kNullDrawsTable = "null_draws.parquet";
inline constexpr const char* kNullTestsTable = "null_tests.parquet";

/// Each writes its table into `folder` and throws OutputError.
void WriteReplication(const std::filesystem::path& folder, const std::vector<Replication>& rows,
                      const TableMetadata& metadata);
void WriteReliability(const std::filesystem::path& folder, const std::vector<ReliabilityRow>& rows,
                      const TableMetadata& metadata);
void WritePartial(const std::filesystem::path& folder, const std::vector<PartialCorrelation>& rows,
                  const TableMetadata& metadata);
void WriteNullDraws(const std::filesystem::path& folder, const std::vector<NullDraw>& rows,
                    const TableMetadata& metadata);
void WriteNullTests(const std::filesystem::path& folder, const std::vector<NullTest>& rows,
                    const TableMetadata& metadata);

/// Each reads its table and throws InputError.
std::vector<Replication> ReadReplication(const std::filesystem::path& folder);
std::vector<ReliabilityRow> ReadReliability(const std::filesystem::path& folder);
std::vector<PartialCorrelation> ReadPartial(const std::filesystem::path& folder);
std::vector<NullDraw> ReadNullDraws(const std::filesystem::path& folder);
std::vector<NullTest> ReadNullTests(const std::filesystem::path& folder);

}  // namespace zipflens
