#include "zipflens/counting/count_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "zipflens/base/error.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/base/mapped_file.h"
#include "zipflens/base/text_encoding.h"
#include "zipflens/counting/count_file.h"
#include "zipflens/tables/csv_rows.h"
#include "zipflens/tables/table_reader.h"

namespace zipflens {
namespace {

/// Receives the rows in file order and throws if one does not fit.
class CountCollector {
 public:
  CountCollector(const std::filesystem::path& path, const Tokenizer& tokenizer)
      : path_(path),
        tokenizer_(tokenizer),
        counts_(tokenizer.vocab_size()),
        seen_(tokenizer.vocab_size(), false) {}

  void Take(const std::string& place, std::int64_t id, std::int64_t count,
            const std::optional<std::string>& token) {
    if (id < 0 || std::cmp_greater_equal(id, seen_.size())) {
      Refuse(place, fmt::format("id {}", id),
             fmt::format("ids 0 to {}, those of {}", seen_.size() - 1, VocabularyName()));
    }
    const std::size_t index = id;
    if (seen_[index]) Refuse(place, fmt::format("id {} again", id), "every id once");
    seen_[index] = true;
    if (count < 0) Refuse(place, fmt::format("count {}", count), "0 or more");
    const std::string& entry = tokenizer_.vocabulary()[index];
    if (token && *token != entry) {
      Refuse(place, fmt::format("token \"{}\" at id {}", *token, id),
             fmt::format("\"{}\", the entry of {}", entry, VocabularyName()));
    }
    checked_ = checked_ && token.has_value();
    const std::uint64_t value = count;
    counts_.counts[index] = value;
    if (__builtin_add_overflow(counts_.total, value, &counts_.total)) {
      Refuse(place, "a sum of counts beyond 64 bits", "counts of a corpus");
    }
  }

  /// Checks the vocabulary's SHA-256 that the file states.
  void RequireVocabulary(const std::string& sha256) {
    stated_ = true;
    if (sha256 == tokenizer_.vocabulary_sha256()) return;
    Refuse("", fmt::format("counts of the vocabulary with sha256 {}", sha256),
           fmt::format("{}, that of {}", tokenizer_.vocabulary_sha256(), VocabularyName()));
  }

  FileCounts Finish() {
    if (counts_.total == 0) Refuse("", "no counted token", "token counts");
    return {std::move(counts_), checked_ || stated_};
  }

  [[noreturn]] void Refuse(const std::string& place, const std::string& found,
                           const std::string& expected) const {
    throw InputError(
        {.source = path_.string(), .place = place, .found = found, .expected = expected});
  }

 private:
  std::string VocabularyName() const { return tokenizer_.source().string(); }

  std::filesystem::path path_;
  const Tokenizer& tokenizer_;
  TokenCounts counts_;
  std::vector<bool> seen_;
  bool checked_ = true;  // every row was checked by its token
  bool stated_ = false;  // the file was checked by its SHA-256
};

FileCounts ReadParquetCounts(const std::filesystem::path& path, CountCollector& collector) {
  const TableHeader header = ReadTableHeader(path);
  std::vector<TableColumn> columns = {{"id", ColumnType::kInt64}, {"count", ColumnType::kInt64}};
  const bool has_token = std::count(header.columns.begin(), header.columns.end(), "token") > 0;
  if (has_token) columns.push_back({"token", ColumnType::kString});
  const auto stated = header.metadata.find(kVocabularySha256Key);
  if (stated != header.metadata.end()) collector.RequireVocabulary(stated->second);
  std::uint64_t row = 0;
  ReadTable(path, columns, [&](const ReadColumns& block) {
    const auto& ids = std::get<std::vector<std::int64_t>>(block[0]);
    const auto& counts = std::get<std::vector<std::int64_t>>(block[1]);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      std::optional<std::string> token;
      if (has_token) token = std::get<std::vector<std::string>>(block[2])[i];
      collector.Take(fmt::format("row {}", row++), ids[i], counts[i], token);
    }
  });
  return collector.Finish();
}

// Parses a whole number. Spreadsheets and data frames may write "5.0" or "5,0". Three digits after
// a comma or a point may mean thousands and are refused.
std::int64_t WholeNumber(std::string_view text, const char* column, const std::string& place,
                         const CountCollector& collector) {
  std::string_view digits = text.substr(std::min(text.find_first_not_of(' '), text.size()));
  digits = digits.substr(0, digits.find_last_not_of(' ') + 1);
  for (const std::string_view zeros : {".0", ",0", ".00", ",00"}) {
    if (!digits.ends_with(zeros) || digits.size() == zeros.size()) continue;
    digits.remove_suffix(zeros.size());
    break;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc() && end == digits.data() + digits.size()) return value;
  collector.Refuse(fmt::format("{}, column {}", place, column),
                   fmt::format("{} \"{}\"", column, text),
                   error == std::errc::result_out_of_range
                       ? "a whole number below 2^63"
                       : "a whole number, without separators of thousands or an exponent");
}

FileCounts ReadCsvCounts(const std::filesystem::path& path, CountCollector& collector) {
  ReadCsvRows(path, {"id", "count"}, {"token"}, [&](const CsvRow& row) {
    const std::string place = fmt::format("line {}", row.line);
    std::optional<std::string> token;
    if (row.cells[2]) token = *row.cells[2];
    collector.Take(place, WholeNumber(*row.cells[0], "id", place, collector),
                   WholeNumber(*row.cells[1], "count", place, collector), token);
  });
  return collector.Finish();
}

// Returns a whole number below 2^63. JSON has only one kind of number, and data frames may write
// 5.0.
std::int64_t WholeField(const nlohmann::json& record, const char* name, const std::string& place,
                        const CountCollector& collector) {
  constexpr double kEveryWholeNumber = 9007199254740992;  // 2^53
  const auto field = record.find(name);
  if (field != record.end() && field->is_number_float()) {
    const auto value = field->get<double>();
    if (std::abs(value) <= kEveryWholeNumber && value == std::floor(value)) {
      return static_cast<std::int64_t>(value);
    }
  } else if (field != record.end() && field->is_number_integer()) {
    const bool fits =
        !field->is_number_unsigned() || std::in_range<std::int64_t>(field->get<std::uint64_t>());
    if (fits) return field->get<std::int64_t>();
  }
  collector.Refuse(fmt::format("{}, field {}", place, name),
                   field == record.end() ? fmt::format("no field {}", name) : DescribeJson(*field),
                   fmt::format("a whole number below 2^63 in the field {}", name));
}

FileCounts ReadJsonCounts(std::string_view text, CountCollector& collector) {
  std::uint64_t line = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view content = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
    if (content.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string place = fmt::format("line {}", line);
    JsonProblem problem;
    const auto record = TryParseJson<nlohmann::json>(content, &problem);
    if (!record) {
      collector.Refuse(place + (problem.place.empty() ? "" : ", ") + problem.place,
                       "no JSON object (" + problem.found + ")", "a JSON object a line");
    }
    if (!record->is_object()) {
      collector.Refuse(place, "no JSON object, but " + DescribeJson(*record),
                       "a JSON object a line");
    }
    std::optional<std::string> token;
    const auto field = record->find("token");
    if (field != record->end() && field->is_string()) token = field->get<std::string>();
    collector.Take(place, WholeField(*record, "id", place, collector),
                   WholeField(*record, "count", place, collector), token);
  }
  return collector.Finish();
}

}  // namespace

FileCounts ReadCountFile(const std::filesystem::path& path, const Tokenizer& tokenizer) {
  const std::string ending = path.extension().string();
  RequireCountFileEnding(path, "`counts_file`");
  CountCollector collector(path, tokenizer);
  if (ending == ".parquet") return ReadParquetCounts(path, collector);
  if (ending == ".csv") return ReadCsvCounts(path, collector);
  const MappedFile file(path);
  return ReadJsonCounts(Utf8Text(file.text(), path.string()), collector);
}

}  // namespace zipflens
