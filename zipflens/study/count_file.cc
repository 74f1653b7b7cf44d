#include "zipflens/study/count_file.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "zipflens/base/atomic_output.h"
#include "zipflens/base/error.h"
#include "zipflens/study/study_tables.h"

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

// RFC 4180: quoted where it holds a quote, a comma or a line end.
std::string CsvField(const std::string& text) {
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

// {:} of fmt prints the shortest decimal that reads back as the same double.
std::string CsvLine(const Row& row) {
  const std::string log_proportion =
      std::isnan(row.log_proportion) ? "" : fmt::format("{}", row.log_proportion);
  return fmt::format("{},{},{},{},{}\n", row.id, CsvField(row.token), row.count, row.proportion,
                     log_proportion);
}

std::string JsonLine(const Row& row) {
  const nlohmann::ordered_json line = {{"id", row.id},
                                       {"token", row.token},
                                       {"count", row.count},
                                       {"proportion", row.proportion},
                                       {"log_proportion", row.log_proportion}};  // NaN: null
  return line.dump() + "\n";
}

}  // namespace

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
  std::string text = ending == ".csv" ? "id,token,count,proportion,log_proportion\n" : "";
  for (std::size_t id = 0; id < counts.counts.size(); ++id) {
    const Row row = {id, tokenizer.Token(static_cast<std::int32_t>(id)), counts.counts[id],
                     proportions[id], log_proportions[id]};
    text += ending == ".csv" ? CsvLine(row) : JsonLine(row);
  }
  WriteFileOrThrow(path, text);
}

}  // namespace zipflens
