// Checks that the tables of a loaded study agree with each other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "zipflens/study/study.h"

namespace zipflens {

/// Throws the InputError that says that `table` is not what the study wrote. `found` and `expected`
/// are those of Problem.
[[noreturn]] void RefuseTable(const std::filesystem::path& table, const std::string& found,
                              const std::string& expected);

/// Throws InputError unless `found`, the number of rows of a table, is `expected`.
void RequireRows(const std::filesystem::path& table, std::uint64_t found, std::uint64_t expected,
                 const std::string& of_what);

/// How many rows each of these tables has. Of their rows, a loaded study keeps only those shown.
struct TableRows {
  std::uint64_t adjustments = 0;
  std::uint64_t score_samples = 0;
  std::uint64_t profiles = 0;
};

/// Throws InputError naming the table in `folder` unless its rows are those that the study's
/// numbers ask for: batch B x S, its tokens in the vocabulary and as many left out as study.json
/// says; counts that sum up to the tokens counted; an n for each token of each shown layer; a score
/// for every 500th pair; bins for every sequence and layer.
void CheckSequences(const Study& result, const TableRows& rows,
                    const std::filesystem::path& folder);

/// Checks the tables of statistics in the same way: there must be every measure, term and part for
/// every layer and head, and every token type of the batch for every shown layer. `num_types_rows`
/// is the number of rows of the whole types table.
void CheckStatistics(const Study& result, std::uint64_t num_types_rows,
                     const std::filesystem::path& folder);

/// Checks replication, partial correlations, reliability of counts and null draws in the same way.
/// `num_draw_rows` is the number of rows of the table of null draws.
void CheckControls(const Study& result, std::uint64_t num_draw_rows,
                   const std::filesystem::path& folder);

}  // namespace zipflens
