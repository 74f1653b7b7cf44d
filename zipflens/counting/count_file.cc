#include "zipflens/counting/count_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/tables/column_values.h"

namespace zipflens {
namespace {

/// One row of a count file.
struct Row {
  std::size_t id;
  const std::string& token;
  std::uint64_t count;
  double proportion;
  double log_proportion;  // NaN: never counted
};

// Quotes every token, because readers that infer types would read an unquoted 1 or true as a number
// or a truth value.
std::string CsvQuoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

// Returns the shortest decimal that reads back as the same double and that every reader reads as a
// double: 0 is "0.0", and an undefined value is "NaN". (If a cell is empty in all of the first
// rows, polars reads the column as text.)
std::string CsvDouble(double value) {
  if (std::isnan(value)) return "NaN";
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string CsvLine(const Row& row) {
  return fmt::format("{},{},{},{},{}\n", row.id, CsvQuoted(row.token), row.count,
                     CsvDouble(row.proportion), CsvDouble(row.log_proportion));
}

std::string JsonLine(const Row& row) {
  const nlohmann::ordered_json line = {{"id", row.id},
                                       {"token", row.token},
                                       {"count", row.count},
                                       {"proportion", row.proportion},
                                       {"log_proportion", row.log_proportion}};  // NaN: null
  return JsonText(line) + "\n";
}

// Returns token ids in the order of a file's rows. Readers infer the types of JSON Lines from the
// first rows, so rows whose log-proportion is null come last if `nulls_last`.
std::vector<std::size_t> RowOrder(const std::vector<double>& log_proportions, bool nulls_last) {
  std::vector<std::size_t> ids(log_proportions.size());
  std::iota(ids.begin(), ids.end(), std::size_t{0});
  if (nulls_last) {
    std::stable_partition(ids.begin(), ids.end(),
                          [&](std::size_t id) { return !std::isnan(log_proportions[id]); });
  }
  return ids;
}

}  // namespace

const std::vector<TableColumn>& TokenCountsColumns() {
  static const std::vector<TableColumn> columns = {{"id", ColumnType::kInt32},
                                                   {"token", ColumnType::kString},
                                                   {"count", ColumnType::kInt64},
                                                   {"proportion", ColumnType::kDouble},
                                                   {"log_proportion", ColumnType::kDouble}};
  return columns;
}

void WriteTokenCounts(const std::filesystem::path& path, const Tokenizer& tokenizer,
                      const TokenCounts& counts, Smoothing smoothing) {
  std::vector<std::int32_t> ids = Ascending(counts.counts.size());
  std::vector<std::string> tokens;
  tokens.reserve(ids.size());
  for (const std::int32_t id : ids) tokens.push_back(tokenizer.Token(id));
  std::vector<std::int64_t> values(counts.counts.begin(), counts.counts.end());
  TableWriter writer(path, TokenCountsColumns(),
                     {{kVocabularySha256Key, tokenizer.vocabulary_sha256()}});
  writer.Append({std::move(ids), std::move(tokens), std::move(values),
                 Proportions(counts, smoothing), LogProportions(counts, smoothing)});
  writer.Close();
}

void RequireCountFileEnding(const std::filesystem::path& path, const char* option) {
  const std::string ending = path.extension().string();
  if (ending == ".parquet" || ending == ".csv" || ending == ".jsonl") return;
  throw UsageError(
      fmt::format("{}: found \"{}\"; expected a file ending in .parquet, .csv or .jsonl", option,
                  path.string()));
}

void WriteCountFile(const std::filesystem::path& path, const std::filesystem::path& final_path,
                    const Tokenizer& tokenizer, const TokenCounts& counts, Smoothing smoothing) {
  const std::string ending = final_path.extension().string();
  if (ending == ".parquet") {
    WriteTokenCounts(path, tokenizer, counts, smoothing);
    return;
  }
  const std::vector<double> proportions = Proportions(counts, smoothing);
  const std::vector<double> log_proportions = LogProportions(counts, smoothing);
  const bool is_csv = ending == ".csv";
  std::string text = is_csv ? "id,token,count,proportion,log_proportion\n" : "";
  for (const std::size_t id : RowOrder(log_proportions, /*nulls_last=*/!is_csv)) {
    const Row row = {id, tokenizer.vocabulary()[id], counts.counts[id], proportions[id],
                     log_proportions[id]};
    text += is_csv ? CsvLine(row) : JsonLine(row);
  }
  WriteFileOrThrow(path, text);
}

}  // namespace zipflens
