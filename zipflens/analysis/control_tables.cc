#include "zipflens/analysis/control_tables.h"

#include "zipflens/analysis/row_table.h"

namespace zipflens {
namespace {

// Each calls visit(name, member) for every column of a row, in the order of the table.
constexpr auto kReplication = [](auto& row, const auto& visit) {
  visit("measure", row.measure);
  visit("layer", row.layer);
  visit("head", row.head);
  visit("method", row.method);
  visit("whole", row.whole);
  visit("even", row.even);
  visit("odd", row.odd);
  visit("counts", row.counts);
};
constexpr auto kReliability = [](auto& row, const auto& visit) {
  visit("counts", row.counts);
  visit("estimate", row.estimate);
  visit("stepped_up", row.stepped_up);
  visit("n", row.n);
  visit("in_one_half", row.in_one_half);
};
constexpr auto kPartial = [](auto& row, const auto& visit) {
  visit("measure", row.measure);
  visit("layer", row.layer);
  visit("estimate", row.estimate);
  visit("raw", row.raw);
  visit("p", row.p);
  visit("n", row.n);
  visit("counts", row.counts);
};
constexpr auto kNullDraw = [](auto& row, const auto& visit) {
  visit("draw", row.draw);
  visit("measure", row.measure);
  visit("layer", row.layer);
  visit("sequence", row.sequence);
  visit("method", row.method);
  visit("estimate", row.estimate);
};
constexpr auto kNullTest = [](auto& row, const auto& visit) {
  visit("measure", row.measure);
  visit("layer", row.layer);
  visit("sequence", row.sequence);
  visit("method", row.method);
  visit("estimate", row.estimate);
  visit("draws", row.draws);
  visit("mean", row.mean);
  visit("std", row.std);
  visit("lower", row.lower);
  visit("upper", row.upper);
  visit("p", row.p);
};
constexpr auto kEveryRow = [](const auto&) { return true; };

}  // namespace

void WriteReplication(const std::filesystem::path& folder, const std::vector<Replication>& rows,
                      const TableMetadata& metadata) {
  row_table::WriteRows(folder / kReplicationTable, rows, kReplication, metadata);
}

void WriteReliability(const std::filesystem::path& folder, const std::vector<ReliabilityRow>& rows,
                      const TableMetadata& metadata) {
  row_table::WriteRows(folder / kReliabilityTable, rows, kReliability, metadata);
}

void WritePartial(const std::filesystem::path& folder, const std::vector<PartialCorrelation>& rows,
                  const TableMetadata& metadata) {
  row_table::WriteRows(folder / kPartialTable, rows, kPartial, metadata);
}

void WriteNullDraws(const std::filesystem::path& folder, const std::vector<NullDraw>& rows,
                    const TableMetadata& metadata) {
  row_table::WriteRows(folder / kNullDrawsTable, rows, kNullDraw, metadata);
}

void WriteNullTests(const std::filesystem::path& folder, const std::vector<NullTest>& rows,
                    const TableMetadata& metadata) {
  row_table::WriteRows(folder / kNullTestsTable, rows, kNullTest, metadata);
}

std::vector<Replication> ReadReplication(const std::filesystem::path& folder) {
  return row_table::ReadRows<Replication>(folder / kReplicationTable, kReplication, kEveryRow);
}

std::vector<ReliabilityRow> ReadReliability(const std::filesystem::path& folder) {
  return row_table::ReadRows<ReliabilityRow>(folder / kReliabilityTable, kReliability, kEveryRow);
}

std::vector<PartialCorrelation> ReadPartial(const std::filesystem::path& folder) {
  return row_table::ReadRows<PartialCorrelation>(folder / kPartialTable, kPartial, kEveryRow);
}

std::vector<NullDraw> ReadNullDraws(const std::filesystem::path& folder) {
  return row_table::ReadRows<NullDraw>(folder / kNullDrawsTable, kNullDraw, kEveryRow);
}

std::vector<NullTest> ReadNullTests(const std::filesystem::path& folder) {
  return row_table::ReadRows<NullTest>(folder / kNullTestsTable, kNullTest, kEveryRow);
}

}  // namespace zipflens
